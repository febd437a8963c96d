import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

const sheet = /^xl\/worksheets\/[^/]+\.xml$/;
/** The opening tag of a row or a cell. */
const opening = /<((?:\w+:)?)(row|c)(?=[\s/>])([^>]*)>/g;
const reference = /\sr\s*=\s*["']([^"']*)["']/;

/**
 * A workbook in which every row has its number and every cell its name, such as B3. OOXML leaves both optional: a row or a cell
 * without one comes after the one before it.
 * @returns the same sheets as another archive, without compression
 * @throws what fflate throws, if it is no archive
 */
export function withReferences(content: Uint8Array): Uint8Array {
  const files = unzipSync(content);
  for (const [name, bytes] of Object.entries(files)) {
    if (sheet.test(name)) files[name] = strToU8(referenced(strFromU8(bytes)));
  }
  return zipSync(files, { level: 0 });
}

function referenced(xml: string): string {
  let [row, column] = [0, 0];
  return xml.replace(opening, (tag: string, prefix: string, kind: string, attributes: string) => {
    const own = reference.exec(attributes)?.[1];
    if (kind === 'row') {
      row = own === undefined ? row + 1 : Number(own);
      column = 0;
      return own === undefined ? `<${prefix}row r="${row}"${attributes}>` : tag;
    }
    column = own === undefined ? column + 1 : columnOf(own);
    return own === undefined ? `<${prefix}c r="${lettersOf(column)}${row}"${attributes}>` : tag;
  });
}

const letters = 26;
const beforeA = 'A'.charCodeAt(0) - 1;

/** The number of a cell's column, from 1: 28 of AB7. */
function columnOf(name: string): number {
  let column = 0;
  for (const letter of name.replace(/[^A-Z]/g, '')) {
    column = letters * column + letter.charCodeAt(0) - beforeA;
  }
  return column;
}

function lettersOf(column: number): string {
  if (column === 0) return '';
  const last = (column - 1) % letters;
  return lettersOf((column - 1 - last) / letters) + String.fromCharCode(beforeA + 1 + last);
}
