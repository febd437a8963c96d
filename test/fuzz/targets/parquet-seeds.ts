import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Input } from '../mutate.ts';

/** A Parquet file `data.parquet` for each query. */
export async function parquetSeeds(queries: readonly string[]): Promise<Input[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const folder = mkdtempSync(join(tmpdir(), 'symloss-fuzz-parquet-'));
  try {
    const inputs: Input[] = [];
    for (const [i, query] of queries.entries()) {
      const path = join(folder, `${i}.parquet`);
      await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
      inputs.push({ 'data.parquet': readFileSync(path) });
    }
    return inputs;
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
}
