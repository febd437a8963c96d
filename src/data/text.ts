import { show } from '../core/index.ts';

/** `1 field`, `2 fields`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Names as messages and notices list them: quoted, at most twenty. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, 20).map(show).join(', ');
  return names.length > 20 ? `${shown}, … (${names.length} in all)` : shown;
}
