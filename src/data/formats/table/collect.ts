import { Breaks } from '../../../core/index.ts';
import type { TableChunk, TableFile } from '../shared/table-file.ts';
import type { MemoryBudget } from './budget.ts';
import { Column, heldOfCell, heldOfColumn } from './column.ts';

/** Distinct texts that all columns of numbers may hold together before they are held as numbers. */
const mostTexts = { all: 1 << 20, least: 32, most: 4096 };

/** What a column to collect is called by, and whether all its texts are needed. */
export interface Wanted {
  /** Its index in the table. */
  readonly column: number;
  readonly keepTexts?: boolean;
}

/**
 * Reads columns of a table from its start to its end, each once.
 * @returns in the order of `wanted`
 * @throws SymlossError if they exceed the memory limit; the signal's reason when it is aborted; or what the table throws
 */
export async function collect(
  file: TableFile,
  wanted: readonly Wanted[],
  budget: MemoryBudget,
): Promise<{ readonly columns: readonly Column[]; readonly rows: number }> {
  const most = Math.max(
    mostTexts.least,
    Math.min(mostTexts.most, Math.floor(mostTexts.all / Math.max(1, wanted.length))),
  );
  budget.check(heldOfColumn * wanted.length, () => `${file.path}, ${wanted.length} columns`);
  const columns = wanted.map(
    ({ column, keepTexts = false }) =>
      new Column(file.columns[column] as string, { mostTexts: most, keepTexts }),
  );
  const uses = new Map<number, Column[]>();
  for (const [j, { column }] of wanted.entries()) {
    uses.set(column, [...(uses.get(column) ?? []), columns[j] as Column]);
  }
  let rows = 0;
  let held = 0;
  const breaks = new Breaks(budget.signal);
  for await (const chunk of file.chunks()) {
    rows += chunk.rows;
    const read = rows;
    // before they are made: few bytes of a file may stand for many cells
    budget.check(heldOfCell * chunk.rows * columns.length, () => file.place(read));
    let bytes = 0;
    for (const [index, own] of uses) {
      if (breaks.isDue) await breaks.take(); // a chunk of thousands of columns takes seconds
      addCells(own, chunk, index);
      for (const column of own) bytes += column.bytes;
    }
    const more = bytes - held;
    held = bytes;
    budget.hold(more, () => file.place(read));
  }
  return { columns, rows };
}

/** Rows of a chunk from which on remembering the bytes of texts pays: 100,000 columns of two rows would be slower. */
const fewRows = 4;

/** Adds the cells of a column to its uses, in the form that takes the least time to make: numbers, codes, at last texts. */
function addCells(uses: readonly Column[], chunk: TableChunk, index: number): void {
  const areNumbers = uses.every(({ form }) => form === 'numbers');
  const values = areNumbers ? chunk.numbers?.(index) : undefined;
  if (values !== undefined) {
    for (const column of uses) column.add({ kind: 'numbers', values });
  } else if (
    chunk.codes !== undefined &&
    chunk.rows >= fewRows &&
    uses.every(({ form }) => form === 'texts')
  ) {
    for (const column of uses) {
      if (column.byBytes !== undefined) column.addCodes(chunk.codes(index, column.byBytes));
    }
  } else {
    const cells = chunk.cells(index);
    for (const column of uses) column.add(cells);
  }
}
