import { resolve } from 'node:path';
import { SymlossError } from '../../../core/index.ts';

type DuckDb = typeof import('@duckdb/node-api');

/**
 * Loads DuckDB when it is first needed.
 * @throws SymlossError of kind `failure` if the package is not installed or does not load here
 */
export async function loadDuckDb(where: string): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new SymlossError(
      where,
      'DuckDB, which reads and writes Parquet',
      'a package that does not load',
      {
        kind: 'failure',
        hint: 'run npm install @duckdb/node-api',
        cause,
      },
    );
  }
}

/** SQL for a text. */
export function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** SQL for the name of a column. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** SQL for a path: DuckDB takes one for a pattern, where [*] stands for *. */
export function quotePath(path: string): string {
  return quote(resolve(path).replace(/[[*?]/g, '[$&]'));
}

/** SQL for a field of a struct. @param sql the struct */
export function structField(sql: string, field: string): string {
  return `struct_extract(${sql}, ${quote(field)})`;
}

/**
 * SQL for a column with another value in place of a field of its struct.
 * @param sql the column
 * @param fields names that lead to the field; none for the column itself
 */
export function withStructField(sql: string, fields: readonly string[], value: string): string {
  const [field, ...rest] = fields;
  if (field === undefined) return value;
  const own = withStructField(structField(sql, field), rest, value);
  return `struct_update(${sql}, ${quoteName(field)} := ${own})`;
}
