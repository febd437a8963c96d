import { createWriteStream, fstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import { removeTemporary, temporaryFolder } from '../shared/temporary-folder.ts';

/** The source that stands for it. */
export const standardInput = '-';
/** What messages call it. */
export const standardInputName = 'standard input';

let spooled: Promise<string> | undefined;

/**
 * Standard input as a file, since data are read more than once: it is written to the folder for temporary files once, and
 * removed when the process ends.
 * @param signal ends the reading, which then fails with its reason
 * @returns the path of the file
 * @throws SymlossError if there is nothing to read, or no place for the file
 */
export function spoolStandardInput(signal?: AbortSignal): Promise<string> {
  spooled ??= spool(process.stdin, signal);
  return spooled;
}

/** @param input that is not read by anybody else */
export async function spool(
  input: Readable & { readonly isTTY?: boolean; readonly fd?: number },
  signal?: AbortSignal,
): Promise<string> {
  const other = input.isTTY ? 'a terminal' : otherThanData(input.fd);
  if (other !== undefined) {
    throw new SymlossError(standardInputName, 'data', other, {
      hint: 'pipe data into it: zcat data.csv.gz | symloss train - …',
    });
  }
  let folder: string | undefined;
  try {
    folder = await temporaryFolder(tmpdir(), 'symloss-input');
    const path = join(folder, 'input');
    await pipeline(input, createWriteStream(path, { mode: 0o600 }), { ...(signal && { signal }) });
    return path;
  } catch (cause) {
    if (folder !== undefined) await removeTemporary(folder);
    signal?.throwIfAborted();
    throw new SymlossError(standardInputName, 'data and a place to keep them', reasonOf(cause), {
      kind: 'failure',
      cause,
    });
  }
}

/** What standard input is instead of a file or a pipe: devices such as /dev/zero never end. */
function otherThanData(descriptor: number | undefined): string | undefined {
  if (descriptor === undefined) return undefined;
  const found = fstatSync(descriptor);
  if (found.isDirectory()) return 'a folder';
  return found.isFile() || found.isFIFO() || found.isSocket() ? undefined : 'a device';
}
