import { SymlossError } from '../../../core/index.ts';
import type { Relabelling, RelabelOptions } from '../shared/relabelling.ts';
import { checkRows, labelOf } from '../shared/relabelling.ts';
import { readLabelsFile, requireLabelsFile } from './labels.ts';

/** The labels of arrays with others, as a .npy file of int64 [n]; rows cannot be left out. */
export async function* relabelArray(
  [path = '']: readonly string[],
  changes: Relabelling,
  { labelsFile }: RelabelOptions,
): AsyncGenerator<Uint8Array> {
  if ((changes.dropped?.size ?? 0) > 0) {
    const expected = 'other labels only, since the array itself stays as it is';
    throw new SymlossError(path, expected, 'rows left out');
  }
  const labels = await readLabelsFile(
    requireLabelsFile(path, labelsFile === undefined ? {} : { labelsFile }),
  );
  checkRows(path, changes, labels.length);
  const known = new Map(labels.entries());
  const changed = labels.map((label, row) => {
    const source = changes.labels.get(row);
    return source === undefined ? label : labelOf(known, source, path);
  });
  yield npyOfIntegers(changed);
}

/** Integers [n] as a .npy file. Source: NumPy Enhancement Proposal 1, version 1.0 of the format. */
function npyOfIntegers(values: readonly number[]): Uint8Array {
  const header = `{'descr': '<i8', 'fortran_order': False, 'shape': (${values.length},), }`;
  const start = 10; // magic, version, length of the header
  const padding = ' '.repeat(63 - ((start + header.length) % 64));
  const text = `${header}${padding}\n`;
  const bytes = Buffer.alloc(start + text.length + 8 * values.length);
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(text.length, 8);
  bytes.write(text, start, 'latin1');
  for (const [i, value] of values.entries()) {
    bytes.writeBigInt64LE(BigInt(value), start + text.length + 8 * i);
  }
  return bytes;
}
