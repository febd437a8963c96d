/** Nobody mistypes a longer name, and comparing two takes the product of their lengths. */
const longest = 200;

/**
 * The option nearest to a name, for "did you mean": one that differs in case or spaces only, else
 * the first of smallest edit distance (Levenshtein), at most 2 and less than the name's length, else
 * the first whose words begin with the letters of the name, as `learningRate` for `lr`.
 */
export function closest(name: string, options: readonly string[]): string | undefined {
  const plain = name.trim().toLowerCase();
  const same = options.find((option) => option.trim().toLowerCase() === plain);
  if (same !== undefined) return same;
  if (name.length > longest) return undefined;
  let best: string | undefined;
  let least = Math.min(3, name.length);
  for (const option of options) {
    if (Math.abs(option.length - name.length) >= least) continue;
    const distance = editDistance(name, option);
    if (distance < least) {
      least = distance;
      best = option;
    }
  }
  return best ?? options.find((option) => plain.length > 1 && initials(option) === plain);
}

/** The first letters of the words of a name. */
function initials(name: string): string {
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').split(/[\s_-]+/);
  return words.length < 2 ? '' : words.map((word) => word.charAt(0).toLowerCase()).join('');
}

/** Levenshtein's distance: insertions, deletions and replacements each cost 1. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const insertOrDelete = Math.min(previous[j] as number, current[j - 1] as number) + 1;
      current.push(Math.min(replace, insertOrDelete));
    }
    previous = current;
  }
  return previous[b.length] as number;
}
