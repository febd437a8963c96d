import { stat } from 'node:fs/promises';
import { SymlossError } from '../../../core/index.ts';
import { isMissing, readBytes } from '../../../io/index.ts';
import type { DecodeOptions } from './decode-images.ts';
import { decodeImages } from './decode-images.ts';
import type { ImageRows } from './rows.ts';

/**
 * Decodes images that are files, in this order, as `decodeImages` does.
 * @param where what messages call them together
 * @param beside the folder in which images too large for memory are kept
 */
export function decodeFiles(
  where: string,
  files: readonly string[],
  beside: string,
  options: DecodeOptions,
): Promise<ImageRows> {
  const images = files.map((file) => ({
    place: file,
    size: () =>
      stat(file).then(
        ({ size }) => size,
        () => 0, // loading it says why
      ),
    load: (atMost: number) => readBytes(file, { atMost }).catch((fault) => throwNamed(file, fault)),
  }));
  const plan = { sources: files, beside, key: { format: 'folder' } };
  return decodeImages(where, files.length, () => images, plan, options);
}

/** Node reads each byte of a name that is not UTF-8 as the replacement character, and then finds no such file. */
export function throwNamed(path: string, fault: SymlossError): never {
  if (!(isMissing(fault.cause) && path.includes('\uFFFD'))) throw fault;
  const { where, expected, kind, cause } = fault;
  throw new SymlossError(where, expected, 'a name that is not UTF-8', { kind, cause });
}
