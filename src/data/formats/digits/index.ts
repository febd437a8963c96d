import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { invariant } from '../../../core/index.ts';
import type { Table } from '../../dataset.ts';
import type { Format } from '../format.ts';

/** Four levels up is the package's folder, from `src` and from `dist` alike. */
const file = new URL('../../../../data/digits.csv.gz', import.meta.url);

/**
 * The handwritten digits bundled with the package: 1,797 images of 8 × 8 grey values from 0 to 16,
 * as a table with columns p0, …, p63 and classes '0', …, '9'.
 *
 * Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
 * Repository, 1998, CC BY 4.0.
 */
export async function digits(): Promise<Table> {
  const lines = gunzipSync(await readFile(file))
    .toString('latin1')
    .trimEnd()
    .split('\n');
  const columns = (lines.shift() as string).split(',').slice(0, -1);
  const n = lines.length;
  const d = columns.length;
  const features = new Float32Array(n * d);
  const labels = new Int32Array(n);
  lines.forEach((line, row) => {
    const cells = line.split(',');
    invariant(cells.length === d + 1, `digits, row ${row}: ${cells.length} cells`);
    for (let j = 0; j < d; j++) features[row * d + j] = Number(cells[j]);
    labels[row] = Number(cells[d]);
  });
  return {
    name: 'digits',
    features,
    featureShape: [d],
    labels,
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    columns,
    notices: [`digits: ${n} rows, ${d} features, 10 classes (UCI, Alpaydin and Kaynak, CC BY 4.0)`],
  };
}

export const digitsFormat: Format = {
  name: 'digits',
  about: 'the digits',
  kind: 'name',
  detect: () => false,
  fields: [],
  open: async () => ({ data: await digits() }),
};
