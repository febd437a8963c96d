import type { ModelColumn } from '../format.ts';
import { memoryLimitOf } from '../shared/byte-store.ts';
import type { ColumnCells, TableChunk, TableFile } from '../shared/table-file.ts';
import { CellWriter, withOdd } from './cell-writer.ts';
import { Column } from './column.ts';
import { missingCells } from './notices.ts';
import type { Hints, ReadFeatures } from './read-features.ts';
import { readFeatures } from './read-features.ts';
import type { RowRoles, RowsOptions, TableRows } from './rows.ts';
import { checkWidths, rolesOfRows, rowNotices, rowsOf } from './rows.ts';
import { budgetOfFirst, FirstRows } from './spool.ts';

/** Bytes of the first rows that are held, at most. */
const mostHeld = 2 ** 30;

/**
 * Reads the columns of a model as `readTableRows` does, some rows at a time, so that tables of any size take little memory.
 * Of a table of more than 200,000 rows, or fewer wide ones, the first ones say how numbers and dates are written.
 * @returns at least one piece, in the order of the rows; the notices of the last one are those of all
 * @throws SymlossError as `readTableRows` does, and naming a cell that is not what the first rows of its column are
 */
export async function* readTablePieces(
  file: TableFile,
  columns: readonly (string | ModelColumn)[],
  options: RowsOptions = {},
  hints: Hints = {},
): AsyncGenerator<TableRows> {
  const roles = rolesOfRows(file, columns, options);
  const limits = { memoryLimit: Math.min(mostHeld, memoryLimitOf(options)) };
  const first = new FirstRows(file, columns.length, limits);
  const read = await readFeatures(
    first,
    roles.features,
    roles.others,
    budgetOfFirst(limits),
    hints,
  );
  checkWidths(file, roles, read);
  if (first.areAll) {
    const { kept, ...rows } = rowsOf(file, roles, read);
    const missing = missingCells(rows.features, read.d);
    const notices = rowNotices(file, read.columns, { rows: read.rows, kept: kept.length, missing });
    yield { ...rows, kept, notices };
    return;
  }
  yield* furtherPieces(file, roles, read);
}

/** All rows, by what the first ones say that their columns are. */
async function* furtherPieces(
  file: TableFile,
  roles: RowRoles,
  { d, columns }: ReadFeatures,
): AsyncGenerator<TableRows> {
  const { path, columns: names } = file;
  const writers = columns.map((column) => new CellWriter(file, column));
  const missing = new Float64Array(d);
  let [rows, kept] = [0, 0];
  let waiting: TableRows | undefined; // until it is known whether it is the last one
  for await (const given of file.chunks()) {
    const chunk = readTwice(given, roles);
    const features = new Float32Array(chunk.rows * d);
    for (const writer of writers) {
      writer.forgetTexts();
      writer.write(chunk, rows, features, d);
    }
    const others = roles.others.map((column) => {
      const cells = new Column(file.columns[column] as string, { keepTexts: true });
      cells.add(chunk.cells(column));
      return cells;
    });
    const before = rows;
    const place = (row: number) => file.place(before + row);
    const read = { features, d, rows: chunk.rows, columns, others };
    const piece = rowsOf({ path, columns: names, place }, roles, read);
    if (waiting !== undefined) yield waiting;
    const texts = columns.flatMap(({ feature }, i) =>
      Array.from({ length: feature?.width ?? 0 }, () => writers[i]?.texts),
    );
    waiting = {
      ...piece,
      ...(piece.texts && { texts }),
      kept: piece.kept.map((row) => before + row),
      notices: [],
    };
    for (const [i, cells] of missingCells(piece.features, d).entries()) {
      missing[i] = (missing[i] as number) + cells;
    }
    rows += chunk.rows;
    kept += piece.rowCount;
  }
  for (const writer of writers) writer.finish();
  const notices = rowNotices(file, withOdd(columns, writers), { rows, kept, missing });
  if (waiting !== undefined) yield { ...waiting, notices };
}

/** A chunk whose cells may be asked for twice, where a feature is an id column, too. */
function readTwice(chunk: TableChunk, { features, others }: RowRoles): TableChunk {
  const both = new Set(features.map(({ column }) => column).filter((i) => others.includes(i)));
  if (both.size === 0) return chunk;
  const held = new Map<number, ColumnCells>();
  return {
    rows: chunk.rows,
    cells(column) {
      const cells = held.get(column) ?? chunk.cells(column);
      if (both.has(column)) held.set(column, cells);
      return cells;
    },
  };
}
