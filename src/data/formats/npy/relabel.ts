import { SymlossError } from '../../../core/index.ts';
import type { Relabelling, RelabelOptions } from '../shared/relabelling.ts';
import { checkRows, labelOf } from '../shared/relabelling.ts';
import { readLabelsFile, requireLabelsFile } from './labels.ts';
import { textValues } from './texts.ts';

/** The labels of arrays with others, as a .npy file [n] of int64, or of texts where they are; rows cannot be left out. */
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
  const known = new Map<number, number | string>(labels.entries());
  const changed = Array.from<number | string, number | string>(labels, (label, row) => {
    const source = changes.labels.get(row);
    return source === undefined ? label : labelOf(known, source, path);
  });
  yield npyOf(changed);
}

/** Integers or texts [n] as a .npy file. Source: NumPy Enhancement Proposal 1, version 1.0 of the format. */
function npyOf(values: readonly (number | string)[]): Uint8Array {
  const areTexts = values.some((value) => typeof value === 'string');
  const { descr, bytes } = areTexts ? textValues(values.map(String)) : integers(values.map(Number));
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${values.length},), }`;
  const start = 10; // magic, version, length of the header
  const padding = ' '.repeat(63 - ((start + header.length) % 64));
  const text = `${header}${padding}\n`;
  const head = Buffer.alloc(start + text.length);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(text.length, 8);
  head.write(text, start, 'latin1');
  return Buffer.concat([head, bytes]);
}

function integers(values: readonly number[]): { descr: string; bytes: Uint8Array } {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [i, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value), 8 * i);
  return { descr: '<i8', bytes };
}
