import type { RowContent } from './content.ts';
import { contentHash, isSameContent } from './content.ts';
import type { Verdict } from './decisions.ts';

/** The least digits of a hash that a decision has. */
const leastDigits = 16;
const keyOf = (content: string): string => content.slice(0, leastDigits);

/**
 * Finds the row that a decision is on in the data as they are now: at its place, or, where rows before it came or went, the only one
 * with its content. Contents that several decisions or rows have are found at their place only.
 * @param n rows of the data
 * @param placeOf the place of a row of the source, counted from 1
 * @returns a row from 0 to n − 1; that at its place where none has the content, and nothing where there is none
 */
export function rowFinder(
  data: RowContent,
  n: number,
  verdicts: Iterable<Verdict>,
  placeOf: (row: number) => number | undefined,
): (verdict: Verdict) => number | undefined {
  const decided = new Map<string, number>();
  for (const { content } of verdicts) {
    decided.set(keyOf(content), (decided.get(keyOf(content)) ?? 0) + 1);
  }
  let rows: Map<string, number | undefined> | undefined;
  const rowWith = (content: string) => {
    if (rows === undefined) {
      rows = new Map();
      for (let row = 0; row < n; row++) {
        const key = keyOf(contentHash(data, row));
        rows.set(key, rows.has(key) ? undefined : row);
      }
    }
    return rows.get(keyOf(content));
  };
  return ({ row, content }) => {
    const place = placeOf(row);
    if (place !== undefined && isSameContent(contentHash(data, place), content)) return place;
    const moved = decided.get(keyOf(content)) === 1 ? rowWith(content) : undefined;
    return moved ?? place;
  };
}
