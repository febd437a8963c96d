import type { Decision } from '../../src/review/index.ts';

/** A decision at some minute of a day. */
export function decision(
  row: number,
  minute: number,
  what: { action: 'exclude' | 'skip' | 'undo' } | { action: 'label'; label: string },
  author = 'ann',
): Decision {
  const time = new Date(Date.UTC(2026, 2, 1, 10, minute)).toISOString();
  return { row, given: 'dog', content: '0123456789abcdef', time, author, ...what };
}

export const label = (name: string) => ({ action: 'label', label: name }) as const;
export const [exclude, skip, undo] = (['exclude', 'skip', 'undo'] as const).map((action) => ({
  action,
})) as [{ action: 'exclude' }, { action: 'skip' }, { action: 'undo' }];
