/** What keys do: the letters of `symloss review`, and arrows to look around. */
export type Action =
  | 'accept'
  | 'keep'
  | 'other'
  | 'exclude'
  | 'skip'
  | 'undo'
  | 'next'
  | 'previous'
  | 'below'
  | 'above';

const keys: Readonly<Record<string, Action>> = {
  a: 'accept',
  k: 'keep',
  o: 'other',
  x: 'exclude',
  s: 'skip',
  u: 'undo',
  arrowright: 'next',
  arrowleft: 'previous',
  arrowdown: 'below',
  arrowup: 'above',
};

/** What a key does, unless somebody types or chooses something with it. */
export function actionOf(event: KeyboardEvent): Action | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined;
  const target = event.target;
  const takesKeys = 'input:not([type=checkbox]), select, textarea, [contenteditable]';
  if (target instanceof Element && target.closest(takesKeys)) return undefined;
  return keys[event.key.toLowerCase()];
}
