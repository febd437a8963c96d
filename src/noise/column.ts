import type { Parameters } from '../core/index.ts';
import { form, formatForm, parseForm, SymlossError, specName } from '../core/index.ts';
import { noiseForm } from './noise.ts';

const parameters = {
  name: { kind: 'text', domain: 'a column', shown: 'bare', about: 'column with the noisy labels' },
} as const satisfies Parameters;

const syntax = { parameters, example: 'column:worse_label' } as const;

/** Labels of another column: only programs that read the data know them, so there is no model. */
export const columnForm = noiseForm({
  ...syntax,
  about: 'labels from another column of the data',
  build: ({ name }) => {
    throw new SymlossError('noise', 'a noise model', columnSpec(name), {
      hint: 'read that column as the label, and the true one as trueLabel',
    });
  },
});

/** The spec for labels of a column of any name: `noiseColumn(columnSpec(name))` is the name. */
export function columnSpec(name: string): string {
  return formatForm('column', parameters, { name });
}

/**
 * The column that `column:name` takes the labels from; `undefined` for other specs.
 * @throws SymlossError for a spec of a column without its name
 */
export function noiseColumn(text: string): string | undefined {
  if (specName(text) !== 'column') return undefined;
  return parseForm('noise', text, { column: nameForm });
}

const nameForm = form({ ...syntax, build: ({ name }) => name });
