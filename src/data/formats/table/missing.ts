/** Cells that are missing in a column of any kind, in small letters. */
const missingTexts: ReadonlySet<string> = new Set([
  ...['', 'na', 'nan', '+nan', '-nan', 'null', 'n/a', '#n/a', '<na>', 'nat'],
]);

/** What people write for a missing number or date, in small letters. In other columns it is a text like others. */
const markers: ReadonlySet<string> = new Set([
  ...['?', '-', '--', '---', '.', '..', '...', '*', '–', '—', 'unknown', 'missing', 'none', 'nil'],
  ...['undefined', 'not available', 'n.a.', 'n.a', 'na.', '(null)', '(missing)', '(none)', 'unk'],
  ...['#null!', '#value!', '#div/0!', '#ref!', '#name?', '#num!', 'not known', 'no data'],
]);

/** A cell's text without the blanks around it, `undefined` where it is missing: empty, NA, NaN, null, … */
export function filledText(cell: string): string | undefined {
  const text = cell.trim();
  return text.length <= 4 && missingTexts.has(text.toLowerCase()) ? undefined : text;
}

/** Whether a text stands for a missing cell where numbers or dates are expected: `?`, `-`, `unknown`. */
export function isMarker(text: string): boolean {
  return text.length <= 13 && markers.has(text.toLowerCase());
}
