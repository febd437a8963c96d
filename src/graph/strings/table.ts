import type { OpAttrs } from '../op.ts';

/** Ids are smaller than this, so that two of them are one exact number. */
export const idLimit = 2 ** 26;

/** Terms of words and of characters: how wide a row of counts is. */
export function countsOf({ terms, characters }: OpAttrs['termCounts']): number {
  return terms.length + (characters?.terms.length ?? 0);
}
