import { findColumn, ParquetFile } from './file.ts';

/**
 * Columns of a Parquet file as they are: numbers, texts, bigints for long integers; `null` for what is missing.
 * @returns arrays [rows], in the order of `names`
 * @throws SymlossError if the file cannot be read, or lacks a column
 */
export async function readParquetColumns(
  path: string,
  names: readonly string[],
): Promise<readonly unknown[][]> {
  const file = await ParquetFile.open(path);
  try {
    const sql = names.map((name) => findColumn(file, 'column', name).sql);
    const columns: unknown[][] = names.map(() => []);
    for await (const chunk of file.chunks(sql)) {
      for (const [i, values] of chunk.getColumns().entries()) {
        for (const value of values) (columns[i] as unknown[]).push(value);
      }
    }
    return columns;
  } finally {
    file.close();
  }
}
