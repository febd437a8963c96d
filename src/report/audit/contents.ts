import { sizeOf } from '../../core/index.ts';
import { thumbnail } from '../../data/formats/index.ts';
import type { Dataset, RowField } from '../../data/index.ts';
import { isImages, rowFields, squareShape } from '../../data/index.ts';
import { openRowNumbers } from '../../run/row-numbers.ts';

/** What a row is, as a page can show it. */
export type Content =
  | {
      readonly kind: 'image';
      /** A `data:` address. */
      readonly source: string;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: 'fields'; readonly fields: readonly RowField[] };

/**
 * The content of some rows: images as small pictures, rows of a table as their values.
 * @throws SymlossError if rows lie in a file that cannot be read
 */
export async function rowContents(data: Dataset, rows: readonly number[]): Promise<Content[]> {
  const { numbers, close } = openRowNumbers(data);
  const d = sizeOf(data.featureShape);
  const read = typeof numbers === 'function' ? numbers : (row: number) => sliced(numbers, row, d);
  try {
    const values = rows.map((row) => Float32Array.from(read(row)));
    const shape = isImages(data) ? data.featureShape : squareShape(data);
    if (shape === undefined)
      return values.map((own) => ({ kind: 'fields', fields: rowFields(data, own) }));
    const areBytes = data.features instanceof Uint8Array || !isFloat(data);
    return await pictures(values, shape as [number, number, number], areBytes);
  } finally {
    close();
  }
}

function isFloat({ features }: Dataset): boolean {
  return features instanceof Float32Array || ('dtype' in features && features.dtype === 'float32');
}

function sliced(numbers: Exclude<ArrayLike<number>, string>, row: number, d: number) {
  return Array.prototype.slice.call(numbers, row * d, (row + 1) * d) as number[];
}

/** Numbers are shown from the least (black) to the largest (white) among all the images; bytes as they are. */
async function pictures(
  images: readonly Float32Array[],
  shape: readonly [number, number, number],
  areBytes: boolean,
): Promise<Content[]> {
  let [low, high] = areBytes ? [0, 255] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  if (!areBytes) {
    for (const image of images) {
      for (const value of image) {
        if (value < low) low = value; // false for NaN
        if (value > high) high = value;
      }
    }
  }
  const scale = high > low ? 255 / (high - low) : 0;
  const made: Content[] = [];
  for (const image of images) {
    const bytes = Uint8Array.from(image, (value) => Math.round((value - low) * scale)); // NaN is 0
    const { type, bytes: file, width, height } = await thumbnail(bytes, shape);
    const source = `data:${type};base64,${Buffer.from(file).toString('base64')}`;
    made.push({ kind: 'image', source, width, height });
  }
  return made;
}
