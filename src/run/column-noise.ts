import { field, SymlossError } from '../core/index.ts';
import { noiseColumn } from '../noise/index.ts';

export interface LabelColumns {
  readonly label: string;
  readonly trueLabel: string;
}

/**
 * The noise `column:other` as what it stands for: the labels are those of the other column, and those
 * of the label column are the true ones. `undefined` for other noise.
 * @throws SymlossError without a label, with the label's own column, or with true labels of another column
 */
export function columnNoise(
  noise: string | undefined,
  { label, trueLabel }: { readonly [K in keyof LabelColumns]?: string | undefined },
): LabelColumns | undefined {
  const column = noise === undefined ? undefined : noiseColumn(noise);
  if (column === undefined) return undefined;
  if (label === undefined) {
    throw new SymlossError(field('label'), 'the column of the true labels', 'nothing', {
      hint: `${noise} takes the labels of a data file from another column`,
    });
  }
  if (column === label) {
    throw new SymlossError(field('noise'), 'another column than the label', noise as string, {
      hint: `the labels come from the column of the noise, the true ones from ${field('label')}`,
    });
  }
  if (trueLabel !== undefined) {
    throw new SymlossError(field('trueLabel'), `nothing beside ${noise}`, trueLabel, {
      hint: 'with column noise the label column holds the true labels',
    });
  }
  return { label: column, trueLabel: label };
}
