/** A second reader: character by character, and in no hurry. */
export function slowRows(text: string): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false; // this cell
  let isOpen = false; // within quotes
  let isBlank = true; // so far
  const endCell = () => {
    cells.push(isQuoted ? cell : cell.trim());
    cell = '';
    isQuoted = false;
    isBlank = true;
  };
  const endRow = () => {
    const isEmpty = cells.length === 0 && !isQuoted && cell.trim() === '';
    endCell();
    if (!isEmpty) rows.push(cells);
    cells = [];
  };
  const chars = [...text.replace(/^\ufeff/, '')];
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i] as string;
    if (isOpen) {
      if (c !== '"') cell += c;
      else if (chars[i + 1] === '"') cell += chars[i++ + 1];
      else isOpen = false;
    } else if (c === ',') endCell();
    else if (c === '\r' && chars[i + 1] === '\n') continue;
    else if (c === '\n' || c === '\r') endRow();
    else if (c === '"' && isBlank && !isQuoted) {
      [cell, isQuoted, isOpen] = ['', true, true];
    } else if (!(isQuoted && c.trim() === '')) {
      cell += c;
      isBlank &&= c.trim() === '';
    }
  }
  if (cell !== '' || cells.length > 0 || isQuoted) endRow();
  return rows;
}
