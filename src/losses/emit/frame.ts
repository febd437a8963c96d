import type { Unified } from '../../graph/emit/index.ts';
import type { LossText } from './describe.ts';
import type { Reference } from './reference.ts';

/** All that a function of a loss is made of. */
export interface Frame {
  /** Of the function, a name that every language takes. */
  readonly name: string;
  readonly unified: Unified;
  readonly text: LossText;
  /** Values for a test, if one is wanted. */
  readonly reference?: Reference | undefined;
}

/** What the function takes, in order. */
export function parametersOf({ second, memory }: LossText): string[] {
  return [
    ...['scores', 'labels'],
    ...(second === undefined ? [] : ['secondScores']),
    ...(memory === undefined ? [] : ['memory']),
  ];
}

/** Rows of numbers as a list of lists, which Python and JavaScript read alike. */
export function rowsText(rows: readonly (readonly number[])[]): string {
  return `[${rows.map(listText).join(', ')}]`;
}

export function listText(row: readonly number[]): string {
  return `[${row.join(', ')}]`;
}
