import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import type { OpenOptions } from '../data/formats/index.ts';
import { exists, reasonOf } from '../io/index.ts';
import { auditFiles } from '../review/index.ts';
import { AuditSource } from './audit.ts';
import { isResults, ResultsSource } from './results.ts';

/** What the lab shows. */
export type Source =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'audit'; readonly name: string; readonly audit: AuditSource }
  | { readonly kind: 'results'; readonly name: string; readonly results: ResultsSource };

export interface OpenSourceOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OpenOptions['onProgress'];
}

const expected = 'a folder of symloss audit, train, bench, sweep or tune';

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
  if (!found.isDirectory()) {
    throw new SymlossError(name, expected, 'a file', {
      hint: 'audit data first: symloss audit <file> --label <column>',
    });
  }
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
