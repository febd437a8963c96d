import type { TensorLanguage } from '../../graph/emit/index.ts';
import { writeTensors } from '../../graph/emit/index.ts';
import type { LossText } from './describe.ts';
import { wrap } from './describe.ts';
import type { Frame } from './frame.ts';
import { parametersOf } from './frame.ts';
import type { Reference } from './reference.ts';

/** What differs between the libraries of Python. */
export interface PythonLibrary {
  readonly language: TensorLanguage;
  readonly imports: readonly string[];
  /** The types of scores and labels, for the documentation. */
  readonly tensor: string;
  readonly integers: string;
  /** Of scores: the same in float32 if they are of half precision, where small numbers that losses need would be 0. */
  readonly widened: (scores: string) => string;
  /** Statements that give n and k. */
  readonly rows: string;
  readonly classes: string;
  /** The column of the label of every row of `losses`. */
  readonly pick: string;
  readonly mean: (x: string) => string;
  readonly test: (name: string, parameters: readonly string[], reference: Reference) => string[];
}

const width = 92;

/** A function of Python, and its test if there is a reference. */
export function pythonFunction(
  library: PythonLibrary,
  { name, unified, text, reference }: Frame,
): string {
  const { lines, outputs } = writeTensors(unified, library.language, {
    scores: 'scores',
    labels: 'labels',
    second_scores: 'second_scores',
    memory: 'memory',
  });
  const parameters = parametersOf(text).map((parameter) =>
    parameter === 'secondScores' ? 'second_scores' : parameter,
  );
  const statements = [
    ...lines,
    `losses = ${outputs.losses?.text}`,
    `losses = ${library.pick}`,
    ...(outputs.batch ? [`losses = losses + ${outputs.batch.text}`] : []),
  ];
  const code = [...statements, outputs.next_memory?.text ?? ''].join('\n');
  const uses = (size: string) => new RegExp(`\\b${size}\\b`).test(code);
  const sizes =
    uses('n') && uses('k')
      ? [`n, k = ${library.rows}, ${library.classes}`]
      : uses('n')
        ? [`n = ${library.rows}`]
        : uses('k')
          ? [`k = ${library.classes}`]
          : [];
  const result = `${library.mean('losses')} if reduction == "mean" else losses`;
  const returned = outputs.next_memory
    ? [`losses = ${result}`, `return losses, ${outputs.next_memory.text}`]
    : [`return ${result}`];
  const body = [
    ...docstring(library, text, parameters),
    'if reduction not in ("mean", "none"):',
    `    raise ValueError(f'reduction: expected "mean" or "none", received {reduction!r}')`,
    ...parameters
      .filter((parameter) => parameter.endsWith('scores'))
      .map((scores) => `${scores} = ${library.widened(scores)}`),
    ...sizes,
    ...statements,
    ...returned,
  ];
  const test = reference ? library.test(name, parameters, reference) : [];
  const usesMath = /\bmath\./.test(code);
  const { imports } = library;
  return [
    ...(usesMath ? ['import math', ''] : []),
    ...imports,
    ...['', ''],
    `def ${name}(${[...parameters, 'reduction="mean"'].join(', ')}):`,
    ...body.map(indented),
    ...(test.length === 0
      ? []
      : [
          ...['', '', `def test_${name}():`],
          ...test.map(indented),
          ...['', '', 'if __name__ == "__main__":', `    test_${name}()`],
        ]),
    '',
  ].join('\n');
}

function docstring(
  { tensor, integers }: PythonLibrary,
  text: LossText,
  parameters: readonly string[],
): string[] {
  const about: Readonly<Record<string, string>> = {
    scores: text.scores,
    labels: text.labels,
    second_scores: text.second ?? '',
    memory: text.memory ?? '',
  };
  const entry = (name: string, words: string) => {
    const [first, ...more] = wrap(`${name}: ${words}.`, width - 8);
    return [`    ${first}`, ...more.map((line) => `        ${line}`)];
  };
  const reduction = '"mean" for the mean over the rows, "none" for the loss of every row [n]';
  const [title, ...paragraphs] = [[text.title], ...text.paragraphs].map((lines) =>
    lines.flatMap((line) => wrap(line, width - 4)),
  );
  return [
    `"""${title?.join('\n')}`,
    ...paragraphs.flatMap((lines) => ['', ...lines]),
    '',
    'Args:',
    ...parameters.flatMap((name) =>
      entry(name, `${name === 'labels' ? integers : tensor} ${about[name]}`),
    ),
    ...entry('reduction', reduction),
    ...(text.returned === '' ? [] : ['', `Returns the loss, ${text.returned}.`]),
    '"""',
  ];
}

function indented(line: string): string {
  return line === '' ? '' : `    ${line}`;
}
