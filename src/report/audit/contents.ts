import { sizeOf } from '../../core/index.ts';
import { thumbnail } from '../../data/formats/index.ts';
import type { ColumnKind, Dataset } from '../../data/index.ts';
import { isImages, vectorColumns } from '../../data/index.ts';
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
  | { readonly kind: 'fields'; readonly fields: readonly FieldText[] };

/** A value of a table. */
export interface FieldText {
  readonly name: string;
  /** `undefined` where the cell is missing. */
  readonly text: string | undefined;
  /** Whether it is of a column of texts, in a language. */
  readonly isText: boolean;
}

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
    if (shape === undefined) return values.map((own) => fieldsOf(data, own));
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

/** A table of fewer pixels is no picture. */
const leastPixels = 16;

/**
 * [1, s, s] of a table whose columns are the pixels of a square: numbers called `p0`, `p1`, … or `pixel0`, `pixel1`, … from 0 or
 * 1 on, row by row.
 */
export function squareShape({ columns, kinds }: Pick<Dataset, 'columns' | 'kinds'>) {
  const d = columns?.length ?? 0;
  const side = Math.sqrt(d);
  const [, start, from] = /^(p|px|pixel|pixel_)([01])$/.exec(columns?.[0] ?? '') ?? [];
  if (start === undefined || d < leastPixels || !Number.isInteger(side)) return undefined;
  const arePixels = columns?.every((name, j) => name === `${start}${Number(from) + j}`);
  const areNumbers = kinds?.every((kind) => kind === 'numeric') ?? true;
  return arePixels && areNumbers ? ([1, side, side] as const) : undefined;
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

function fieldsOf(data: Dataset, values: Float32Array): Content {
  const { columns, kinds, texts, embeddings = [] } = data;
  const madeOf = new Map(
    embeddings.flatMap(({ column, width, model }) =>
      vectorColumns(column, width).map((name, i) => [name, { column, width, model, i }] as const),
    ),
  );
  const fields = Array.from(values, (value, j): FieldText | undefined => {
    const name = columns?.[j] ?? `feature ${j}`;
    const kind = kinds?.[j] ?? 'numeric';
    const vector = kind === 'embedding' ? madeOf.get(name) : undefined;
    if (vector !== undefined) {
      const { column, width, model, i } = vector;
      const text = `vector of ${width} numbers, made by ${model}`;
      return i === 0 ? { name: column, text, isText: false } : undefined;
    }
    return { name, text: cellText(value, kind, texts?.[j]), isText: kind === 'text' };
  });
  return { kind: 'fields', fields: fields.filter((own) => own !== undefined) };
}

function cellText(value: number, kind: ColumnKind, texts: readonly string[] | undefined) {
  if (Number.isNaN(value)) return undefined;
  if (texts !== undefined) return texts[value];
  return kind === 'date' ? dateText(value) : float32Text(value);
}

/** A day since 1970-01-01 as `2024-04-03`, with hours and minutes where it has a fraction. */
function dateText(days: number): string {
  const date = new Date(days * 86_400_000);
  if (Number.isNaN(date.getTime())) return float32Text(days);
  const text = date.toISOString();
  return Number.isInteger(days) ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ');
}

/** The shortest decimal number that is this one in float32: 0.1, not 0.10000000149. */
export function float32Text(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return `${text}`;
  }
  return `${Number(value.toPrecision(9))}`;
}
