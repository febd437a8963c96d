import type { Column } from './column.ts';
import { isMarker } from './missing.ts';
import type { Odd } from './reading.ts';

/** Of the filled cells, how many may be no numbers in a column of numbers. */
export const oddShare = 0.05;
/** Numbers that a column of codes has at most, where a text among them is a code, too. */
export const fewNumbers = 20;

/** What the texts of a column stand for. */
export interface Parsed {
  readonly values: Float64Array;
  /** Cells that are numbers or dates, and the distinct ones among them. */
  readonly cells: number;
  readonly distinct: number;
  /** Cells that are neither that nor markers of missing cells. */
  readonly others: number;
  /** Whether one of these occurs twice. */
  readonly isRepeated: boolean;
  /** All cells that are not, markers too. */
  readonly odd: Odd | undefined;
}

/** @param missingTexts those that stand for a missing cell, beside the markers */
export function parseAll(
  column: Column,
  counts: Int32Array,
  parse: (text: string) => number | undefined,
  missingTexts: readonly string[] = [],
): Parsed {
  const values = new Float64Array(column.texts.length);
  const distinct = new Set<number>();
  let [cells, others, odd, first] = [0, 0, 0, -1];
  let isRepeated = false;
  for (const [code, text] of column.texts.entries()) {
    const value = parse(text);
    values[code] = value ?? Number.NaN;
    const count = counts[code] as number;
    if (value !== undefined) {
      cells += count;
      distinct.add(value);
      continue;
    }
    odd += count;
    if (!isMarker(text) && !missingTexts.includes(text)) {
      if (others === 0) first = code;
      others += count;
      isRepeated ||= count > 1;
    } else if (first < 0) first = code;
  }
  return {
    ...{ values, cells, others, isRepeated, distinct: distinct.size },
    odd:
      first < 0
        ? undefined
        : { text: column.texts[first] as string, row: column.firstRow(first), cells: odd },
  };
}

/** Whether so few cells are none that they count as missing. */
export function isMostly({ cells, others }: Parsed): boolean {
  return cells > 0 && others <= oddShare * (cells + others);
}

/** Whether most cells are numbers or dates, and too many are not. */
export function isMixed({ cells, others, distinct }: Parsed): boolean {
  return others > 0 && distinct > fewNumbers && cells >= others;
}
