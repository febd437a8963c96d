import { unspacedLetters } from '../../../graph/index.ts';
import { severalUnits } from '../../number-style.ts';
import type { Column } from './column.ts';
import type { Parsed } from './parsed.ts';
import { fewNumbers, isMixed, oddShare } from './parsed.ts';
import type { Reading } from './reading.ts';
import { isIdName } from './telling-names.ts';

/** Fewer rows than this cannot tell an id from a value. */
export const rowsToTell = 20;

/**
 * Text, category or id, by how many texts differ and how many words they have; no id where most cells are numbers or dates.
 * @param dates where some may be
 */
export function textsIn(
  column: Column,
  counts: Int32Array,
  numbers: Parsed,
  dates: Parsed | undefined,
): Reading {
  const { texts, rows } = column;
  const distinct = texts.length;
  const filled = counts.reduce((sum, count) => sum + count, 0);
  if (distinct === 1 && filled === rows)
    return { kind: 'categorical', leftOut: 'constant', distinct };
  const sample = sampleOf(texts);
  const words = mean(sample, wordsIn);
  const length = mean(sample, (text) => Math.min(text.length, 1000));
  const isMany = distinct > Math.max(20, filled / 10);
  const isUnique = filled >= rowsToTell && distinct >= 0.95 * filled;
  const mixed =
    dates && isMixed(dates) ? { with: 'dates' as const, others: dates.others } : undefined;
  if (isMany && (words >= 3 || (words >= 1.5 && distinct > filled / 2) || length > 100)) {
    const isId = !mixed && isUnique && mean(sample, digitShare) >= mostlyDigits;
    return isId
      ? { kind: 'categorical', leftOut: 'id-like', distinct }
      : { kind: 'text', distinct, mixed };
  }
  if (isMixed(numbers)) {
    return { kind: 'categorical', distinct, mixed: { with: 'numbers', others: numbers.others } };
  }
  if (mixed) return { kind: 'categorical', distinct, mixed };
  if (!isUnique) return { kind: 'categorical', distinct };
  if (mean(sample, (text) => (/\d/.test(text) ? 1 : 0)) >= 0.5 || isIdName(column.name)) {
    return { kind: 'categorical', leftOut: 'id-like', distinct };
  }
  return { kind: 'text', distinct };
}

/** Also tells of cells in single quotes, of numbers in several units, which are none of the column, and of cells with two numbers. */
export function withRemarks({ texts }: Column, reading: Reading): Reading {
  if (texts.every((text) => /^'.*'$/s.test(text))) return { ...reading, quoted: texts[0] };
  if (texts.length <= fewNumbers) return reading;
  const units = severalUnits(texts);
  const pair = units === undefined && arePairs(texts) ? texts[0] : undefined;
  if (units === undefined && pair === undefined) return reading;
  const { mixed: _, ...rest } = reading;
  return { ...rest, units, pair };
}

/** Letters of a word, about, where no spaces are between words: some two in Chinese, three in Japanese, four in Thai. */
const lettersOfWord = 3;

/** How many words a text has, about. */
function wordsIn(text: string): number {
  const spaced = text.split(/[\s,;|]+/).filter(Boolean).length;
  return Math.max(spaced, unspacedLetters(text) / lettersOfWord);
}

/** Of the characters of telephone numbers and other ids, how many are digits at least. */
const mostlyDigits = 0.6;

/** How many of a text's characters are digits, blanks apart. */
function digitShare(text: string): number {
  const characters = text.replace(/\s+/g, '');
  return characters.replace(/\D+/g, '').length / Math.max(1, characters.length);
}

/** `51.13, 13.29`, `120/80`, `30 x 40` */
const twoNumbers = /^\(?[+-]?\d+(\.\d+)?(\s*[,;/x×|–]\s*[+-]?\d+(\.\d+)?|\s+[+-]?\d+\.\d+)\)?$/;

/** Whether nearly all texts are two numbers. */
function arePairs(texts: readonly string[]): boolean {
  const pairs = texts.reduce((sum, text) => sum + Number(twoNumbers.test(text)), 0);
  return pairs >= (1 - oddShare) * texts.length;
}

/** At most a thousand of the texts, evenly spread. */
function sampleOf(texts: readonly string[]): string[] {
  const step = Math.ceil(texts.length / 1000);
  return texts.filter((_, i) => i % step === 0);
}

function mean(texts: readonly string[], of: (text: string) => number): number {
  return texts.reduce((sum, text) => sum + of(text), 0) / texts.length;
}
