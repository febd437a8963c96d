import { SymlossError } from '../../../core/index.ts';

/** A cell as Excel has it; `null` where it is empty, or its formula has no result. */
export type ExcelCell = string | number | boolean | Date | null;

export interface Sheet {
  readonly name: string;
  /** [rows][columns], all rows of one length. */
  readonly cells: readonly (readonly ExcelCell[])[];
}

/** The sheets of a workbook. @throws SymlossError if it is none */
export async function readSheets(path: string, content: Uint8Array): Promise<Sheet[]> {
  // its entry for Node loads graceful-fs, which replaces functions of Node for the whole process
  const { default: readWorkbook } = await import('read-excel-file/universal');
  const read = (bytes: Uint8Array) => readWorkbook(Uint8Array.from(bytes).buffer, { trim: false });
  try {
    // the package fails so at cells without a reference, which is rare
    const sheets = await read(content).catch(async (cause: unknown) => {
      if (!(cause instanceof TypeError)) throw cause;
      const { withReferences } = await import('./references.ts');
      return read(withReferences(content));
    });
    return sheets.map(({ sheet, data }) => ({ name: sheet, cells: data as ExcelCell[][] }));
  } catch (cause) {
    const [first = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    const received = cause instanceof TypeError ? 'a sheet that could not be read' : first;
    throw new SymlossError(path, 'a workbook of Excel', received, {
      hint: 'download it again, or save its sheet as CSV in UTF-8',
      cause,
    });
  }
}

/** A workbook of one sheet. Texts stay texts, also those that look like formulas. */
export async function writeSheet({ name, cells }: Sheet): Promise<Uint8Array> {
  const { default: writeWorkbook } = await import('write-excel-file/node');
  const rows = cells.map((row) => row.map(writtenCell));
  return writeWorkbook(rows, { sheet: name }).toBuffer();
}

function writtenCell(value: ExcelCell) {
  if (value === null) return null;
  if (typeof value === 'string') return { value, type: String };
  if (!(value instanceof Date)) return value;
  return { value, type: Date, format: isDay(value) ? 'yyyy-mm-dd' : 'yyyy-mm-dd hh:mm:ss' };
}

const millisecondsOfDay = 86_400_000;

/** Whether it is a date without a time. */
export function isDay(date: Date): boolean {
  return date.getTime() % millisecondsOfDay === 0;
}
