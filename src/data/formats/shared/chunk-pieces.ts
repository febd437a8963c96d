import type { ColumnCells, TableChunk } from './table-file.ts';

/** Some rows of a table as pieces of at most `most` rows, for what takes much memory for each row. */
export function* piecesOf(chunk: TableChunk, most: number): Generator<TableChunk> {
  if (chunk.rows <= most) {
    yield chunk;
    return;
  }
  const held = new Map<number, ColumnCells>();
  const cellsOf = (column: number): ColumnCells => {
    const cells = held.get(column) ?? chunk.cells(column);
    held.set(column, cells);
    return cells;
  };
  for (let start = 0; start < chunk.rows; start += most) {
    const end = Math.min(chunk.rows, start + most);
    yield { rows: end - start, cells: (column) => part(cellsOf(column), start, end) };
  }
}

function part(cells: ColumnCells, start: number, end: number): ColumnCells {
  if (cells.kind === 'texts') return { kind: 'texts', values: cells.values.slice(start, end) };
  if (cells.kind === 'numbers') return { kind: 'numbers', values: cells.values.slice(start, end) };
  return { kind: 'lists', values: Array.from(cells.values).slice(start, end) };
}
