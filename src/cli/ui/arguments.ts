import { InvalidArgumentError } from 'commander';
import { decimalOf } from '../../core/index.ts';

/** An argument that is a number. */
export function number(text: string): number {
  const value = decimalOf(text.trim());
  if (value === undefined || !Number.isFinite(value)) {
    throw new InvalidArgumentError('Expected a number.');
  }
  return value;
}

/** An argument that is a list, separated by commas. */
export function list(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

/** How many seeds, `5`, or which, `1,4,7` (`7,` for one). */
export function seeds(text: string): number | number[] {
  const pieces = list(text);
  if (pieces.length === 1) return number(text);
  return pieces.filter((piece) => piece !== '').map(number);
}
