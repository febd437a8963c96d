import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import type { CsvOptions } from '../../src/data/formats/index.ts';
import { readCsv } from '../../src/data/formats/index.ts';

/** A folder for the CSV files of a test file, and what reads them. */
export function csvFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-csv-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let files = 0;

  async function save(content: string | Uint8Array, name = `${files++}.csv`): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  async function read(
    content: string | Uint8Array,
    options: Partial<CsvOptions> = {},
    name?: string,
  ) {
    return readCsv(await save(content, name), { label: 'y', ...options });
  }

  /** The message of the SymlossError that the work ends in, without the folder. */
  async function fault(work: Promise<unknown>): Promise<string> {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof SymlossError)) throw new Error(`no SymlossError: ${String(error)}`);
    expect(error.message).not.toContain('\n');
    return error.message.replace(`${folder}/`, '');
  }

  return { folder, save, read, fault };
}
