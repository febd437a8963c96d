/** `a, b and 3 more`: the first of some names. */
export function formatNames(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(', ');
  const more = names.length - most;
  return more > 0 ? `${shown} and ${more.toLocaleString('en-US')} more` : shown;
}
