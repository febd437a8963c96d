import type { TableFile } from '../../src/data/formats/shared/table-file.ts';

/** All cells of a table by column, numbers and lists as arrays. */
export async function cellsOf(file: TableFile): Promise<Record<string, unknown[]>> {
  const found = new Map<string, unknown[]>(file.columns.map((name) => [name, []]));
  for await (const chunk of file.chunks()) {
    for (const [column, name] of file.columns.entries()) {
      const cells = chunk.cells(column);
      const values =
        cells.kind === 'lists'
          ? Array.from(cells.values, (list) => list && Array.from(list))
          : [...cells.values];
      if (values.length !== chunk.rows) throw new Error(`${values.length} cells of ${chunk.rows}`);
      found.get(name)?.push(...values);
    }
  }
  return Object.fromEntries(found);
}

/** Kinds of the cells of a table by column, in its first chunk. */
export async function cellKinds(file: TableFile): Promise<Record<string, string>> {
  for await (const chunk of file.chunks()) {
    return Object.fromEntries(file.columns.map((name, i) => [name, chunk.cells(i).kind]));
  }
  return {};
}
