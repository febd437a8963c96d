import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';

/** The source that stands for it. */
export const standardInput = '-';
/** What messages call it. */
export const standardInputName = 'standard input';

let spooled: Promise<string> | undefined;

/**
 * Standard input as a file, since data are read more than once: it is written to the folder for temporary files once, and
 * removed when the process ends.
 * @returns the path of the file
 * @throws SymlossError if there is nothing to read, or no place for the file
 */
export function spoolStandardInput(): Promise<string> {
  spooled ??= spool(process.stdin);
  return spooled;
}

/** @param input that is not read by anybody else */
export async function spool(input: Readable & { readonly isTTY?: boolean }): Promise<string> {
  if (input.isTTY) {
    throw new SymlossError(standardInputName, 'data', 'a terminal', {
      hint: 'pipe data into it: zcat data.csv.gz | symloss train - …',
    });
  }
  try {
    const folder = mkdtempSync(join(tmpdir(), 'symloss-input-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'input');
    await pipeline(input, createWriteStream(path, { mode: 0o600 }));
    return path;
  } catch (cause) {
    throw new SymlossError(standardInputName, 'data and a place to keep them', reasonOf(cause), {
      kind: 'failure',
      cause,
    });
  }
}
