import { field, SymlossError, sizeOf } from '../core/index.ts';
import { readFeatures } from '../data/arrays.ts';
import type { Dataset } from '../data/index.ts';
import { areNumbers } from '../data/index.ts';

/**
 * Rows that the network is applied to while it is trained: a dataset, whose labels are not looked at; or rows of numbers, lists or
 * [m, …] in one array, where the data have no texts.
 */
export type Probe = Dataset | readonly ArrayLike<number>[] | Float32Array | Uint8Array;

/** Rows to probe as a dataset like the one that is trained on. @throws SymlossError if they are not like its rows */
export function probeDataset(data: Dataset, probe: Probe): Dataset {
  if ('labels' in probe) return probe;
  const { columns, kinds, texts, featureShape, classes } = data;
  if (texts?.some((own) => own !== undefined)) {
    throw new SymlossError(
      field('probe'),
      'a dataset, since the data have texts',
      'rows of numbers',
    );
  }
  const isFlat = ArrayBuffer.isView(probe);
  const m = isFlat ? probe.length / sizeOf(featureShape) : probe.length;
  if (!Number.isInteger(m) || m === 0) {
    const expected = `rows of ${sizeOf(featureShape)} numbers`;
    throw new SymlossError(field('probe'), expected, `${probe.length} numbers`);
  }
  const given = isFlat ? probe : probe.map((row) => Array.from(row));
  const { features: numbers } = readFeatures(field('probe'), { features: given, featureShape }, m);
  const isRead = areNumbers(data.features) || numbers instanceof Uint8Array;
  return {
    ...{ name: 'probe', featureShape, classes, notices: [] },
    features: isRead ? numbers : Uint8Array.from(numbers as Float32Array),
    labels: new Int32Array(m),
    ...(columns && { columns }),
    ...(kinds && { kinds }),
  };
}
