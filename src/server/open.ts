import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import type { OpenOptions } from '../data/formats/index.ts';
import { exists, openFile, reasonOf } from '../io/index.ts';
import { auditFiles } from '../review/index.ts';
import type { DataSummary } from './api/types.ts';
import { AuditSource } from './audit.ts';
import { isResults, ResultsSource } from './results.ts';

/** What the lab shows. */
export type Source =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'audit'; readonly name: string; readonly audit: AuditSource }
  | { readonly kind: 'results'; readonly name: string; readonly results: ResultsSource }
  | { readonly kind: 'data'; readonly name: string; readonly data: DataFile };

export interface OpenSourceOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OpenOptions['onProgress'];
}

const expected =
  'a folder of symloss audit, train, bench, sweep or tune, or a file of data to train on';

/** Opens what the lab was given. @throws SymlossError for what is none of it, or cannot be read */
export async function openSource(
  name: string | undefined,
  { signal, onProgress }: OpenSourceOptions = {},
): Promise<Source> {
  if (name === undefined) return { kind: 'nothing' };
  const found = await stat(name).catch((cause) => {
    const received = cause.code === 'ENOENT' ? 'no such file or folder' : reasonOf(cause);
    throw new SymlossError(name, expected, received, { cause });
  });
  if (!found.isDirectory()) return { kind: 'data', name, data: await DataFile.open(name) };
  if (await exists(join(name, auditFiles.estimates))) {
    return { kind: 'audit', name, audit: await AuditSource.open(name, signal, onProgress) };
  }
  if (await isResults(name)) {
    const results = new ResultsSource(name);
    await results.read();
    return { kind: 'results', name, results };
  }
  throw new SymlossError(name, expected, 'a folder of another kind', {
    hint: 'audit the data first (symloss audit), or name the folder of one command, not the one above it',
  });
}

/** Larger files are no data to train on in a page, in bytes. */
const mostBytes = 2 ** 28;

/** A file of data, handed to the page as it is. */
export class DataFile {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws SymlossError for pipes, devices and large files */
  static async open(path: string): Promise<DataFile> {
    const file = new DataFile(path);
    await file.read();
    return file;
  }

  async summary(): Promise<DataSummary> {
    return { name: basename(this.#path), bytes: (await stat(this.#path)).size };
  }

  async read(): Promise<Uint8Array> {
    try {
      const handle = await openFile(this.#path);
      try {
        const { size } = await handle.stat();
        if (size > mostBytes) throw new Error(`${size} bytes, more than ${mostBytes}`);
        return new Uint8Array(await handle.readFile());
      } finally {
        await handle.close();
      }
    } catch (cause) {
      throw new SymlossError(this.#path, expected, reasonOf(cause), { cause });
    }
  }
}
