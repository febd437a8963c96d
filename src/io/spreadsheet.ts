/** How a spreadsheet recognises a formula, in half and full width, where apostrophes may stand before it. */
const formula = /^'*[=+\-@\t\r＝＋－＠]/;

/**
 * A text as a cell of a CSV file that people open in spreadsheets: one that would be run as a formula gets an apostrophe before
 * it, numbers stay as they are. It is undone by taking one apostrophe from cells that `formula` fits and that begin with one.
 */
export function spreadsheetCell(text: string): string {
  const isNumber = text.trim() !== '' && Number.isFinite(Number(text));
  return formula.test(text) && !isNumber ? `'${text}` : text;
}
