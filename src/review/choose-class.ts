/* How a class is chosen by its number or the beginning of its name, on a terminal and on a page: nothing here needs Node. */

/** Whether classes may be chosen by their number: not where names are numbers themselves. */
export function areNumbered(classes: readonly string[]): boolean {
  return !classes.some((name) => /^\d/.test(name));
}

/** Classes whose name begins with a text, in any case; of numbered ones the one with that number. */
export function candidates(classes: readonly string[], typed: string): readonly string[] {
  if (areNumbered(classes) && /^\d+$/.test(typed)) {
    return classes.slice(Number(typed) - 1, Number(typed));
  }
  const start = typed.toLowerCase();
  return classes.filter((name) => name.toLowerCase().startsWith(start));
}

/** The class that was meant: the only one, or the one of just that name. */
export function chosen(classes: readonly string[], typed: string): string | undefined {
  if (typed === '') return undefined;
  const found = candidates(classes, typed);
  return found.length === 1 ? found[0] : found.find((name) => name === typed);
}

/** Why none was. */
export function notChosen(classes: readonly string[], typed: string): string {
  if (typed === '') return 'type its number or the beginning of its name';
  const found = candidates(classes, typed).length;
  return found === 0
    ? `no class begins with ${typed}`
    : `${found} classes begin with ${typed}: type more`;
}
