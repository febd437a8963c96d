import type { ColumnKind } from '../../dataset.ts';
import { compactDateOf, dateOf } from '../../dates.ts';
import { isAmount } from '../../number-style.ts';
import type { Column } from './column.ts';
import { isMarker } from './missing.ts';
import type { Reading } from './reading.ts';

/** Texts that are remembered of a column, characters of each, and different texts that are counted to choose them, at most. */
const most = { texts: 20, characters: 100, counted: 1000 };

/**
 * The texts that were read as missing cells among numbers or dates, so that they are missing in other data, too, however often
 * they occur there. What `isMarker` says of every column is not among them, nor are numbers of another unit and dates of
 * another order of day and month, which are missing only where they are few.
 */
export class MissingTexts {
  readonly #kind: ColumnKind;
  readonly #counts = new Map<string, number>();

  constructor(kind: ColumnKind) {
    this.#kind = kind;
  }

  /** @param cells that hold the text */
  add(text: string, cells = 1): void {
    const known = this.#counts.get(text);
    if (known !== undefined) this.#counts.set(text, known + cells);
    else if (this.#counts.size < most.counted && this.#mayStay(text)) this.#counts.set(text, cells);
  }

  /** The 20 that most cells hold, the most frequent first; of equal ones those that came first. */
  get mostFrequent(): string[] {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a);
    return sorted.slice(0, most.texts).map(([text]) => text);
  }

  #mayStay(text: string): boolean {
    if (text.length > most.characters || isMarker(text)) return false;
    if (this.#kind !== 'date') return !isAmount(text);
    return (dateOf(text, 'day') ?? dateOf(text, 'month') ?? compactDateOf(text)) === undefined;
  }
}

/** Those of a column as it was read; `undefined` where there are none. */
export function missingTextsOf(
  column: Column,
  { kind, odd, values }: Reading,
): string[] | undefined {
  if (odd === undefined) return undefined;
  const found = new MissingTexts(kind);
  for (const { text, count } of column.strays.values()) found.add(text, count);
  if (column.form === 'texts' && values !== undefined) {
    const counts = column.counts();
    for (const [code, text] of column.texts.entries()) {
      if (Number.isNaN(values[code])) found.add(text, counts[code]);
    }
  }
  const texts = found.mostFrequent;
  return texts.length === 0 ? undefined : texts;
}
