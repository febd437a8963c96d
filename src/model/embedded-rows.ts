import type { Shape } from '../core/index.ts';
import { formatShape, SymlossError, sameShape, show, sizeOf } from '../core/index.ts';
import type { Embedder, Embedding } from '../data/index.ts';
import {
  columnsBeforeEmbedding,
  imageColumn,
  textsAsVectors,
  vectorColumns,
} from '../data/index.ts';
import type { ModelDescription } from './card.ts';
import type { CellRows, ColumnArrays, RecordRows } from './cells.ts';
import { flatRows, flatTable, isVector } from './cells.ts';
import type { FeatureRows } from './feature-rows.ts';
import type { RawRows } from './raw-rows.ts';

/**
 * Rows of texts or images as they are given to a model that takes vectors of them; of cells that have the vectors, those.
 * @returns `undefined` where rows have to be read otherwise: as numbers
 * @throws SymlossError if a column is not there, or a row has another number of cells or pixels
 */
export function rowsToEmbed(
  where: string,
  rows: RawRows,
  card: ModelDescription,
): FeatureRows | undefined {
  const { embeddings = [], columns = [] } = card;
  const isOneArray = ArrayBuffer.isView(rows);
  const imageShape = embeddings.find(({ of }) => of === 'image')?.imageShape;
  if (imageShape !== undefined && (isOneArray || isImageList(rows, sizeOf(imageShape)))) {
    return imageRows(where, rows as ImageLists | Float32Array | Uint8Array, imageShape);
  }
  if (isOneArray || imageShape !== undefined) return undefined;
  const cells = flatRows(where, rows as RecordRows | ColumnArrays | CellRows);
  const pending = embeddings.filter((embedding) => !hasVectors(cells, embedding, columns.length));
  return flatTable(where, cells, { ...card, columns: columnsBeforeEmbedding(columns, pending) });
}

type ImageLists = readonly (readonly number[])[];

function isImageList(rows: RawRows, size: number): boolean {
  const first = Array.isArray(rows) ? (rows[0] as unknown) : undefined;
  return Array.isArray(first) && first.length === size;
}

/** @throws SymlossError for another number of pixels, and for what is no byte */
function imageRows(
  where: string,
  rows: ImageLists | Float32Array | Uint8Array,
  featureShape: Shape,
): FeatureRows {
  if (rows instanceof Uint8Array)
    return { features: wholeRows(where, rows, featureShape), featureShape };
  const size = sizeOf(featureShape);
  const numbers = rows instanceof Float32Array ? rows : rows.flat();
  const other = numbers.findIndex(
    (value) => !(Number.isInteger(value) && value >= 0 && value < 256),
  );
  if (other >= 0) {
    const place = `${where}, row ${Math.floor(other / size)}, feature ${other % size}`;
    throw new SymlossError(place, 'a byte, an integer from 0 to 255', show(numbers[other]));
  }
  return { features: wholeRows(where, Uint8Array.from(numbers), featureShape), featureShape };
}

function wholeRows(where: string, bytes: Uint8Array, shape: Shape): Uint8Array {
  if (bytes.length % sizeOf(shape) === 0) return bytes;
  throw new SymlossError(where, `images of ${formatShape(shape)}`, `${bytes.length} numbers`);
}

/** Whether rows have the numbers of a vector, one by one or together, and not what it is made of. @param d columns of the model */
function hasVectors(
  rows: RecordRows | ColumnArrays | CellRows,
  { column }: Embedding,
  d: number,
): boolean {
  const first = Array.isArray(rows) ? (rows[0] as RecordRows[number] | CellRows[number]) : rows;
  if (first === undefined || first === null) return false;
  if (Array.isArray(first)) return first.length === d;
  if (!Object.hasOwn(first, column)) return Object.hasOwn(first, `${column}[0]`);
  const cells = Array.isArray(rows)
    ? (rows as RecordRows).map((row) => row?.[column])
    : Array.from((rows as ColumnArrays)[column] ?? []);
  return isVector(cells.find((cell) => cell !== null && cell !== undefined));
}

/**
 * Rows with vectors in the places of texts or images; those that have their vectors stay as they are.
 * @param embedder what makes them. Default: nothing does
 * @throws SymlossError where it is needed and not there, and as it does
 */
export async function embedFeatureRows<R extends FeatureRows>(
  where: string,
  rows: R,
  { embeddings = [] }: ModelDescription,
  embedder: Embedder | undefined,
): Promise<R> {
  let embedded = rows;
  for (const embedding of embeddings) {
    const { column, of, width, imageShape = [] } = embedding;
    if (of === 'image') {
      const { features, featureShape } = embedded;
      if (!sameShape(featureShape, imageShape) || features instanceof Float32Array) continue;
      const vectors = await neededFor(where, embedding, embedder).images(embedding, features);
      const columns = vectorColumns(imageColumn, width);
      embedded = { ...embedded, features: vectors, featureShape: [width], columns };
      continue;
    }
    const at = embedded.columns?.indexOf(column) ?? -1;
    const texts = embedded.texts?.[at];
    const { features } = embedded;
    if (texts === undefined || !(features instanceof Float32Array)) continue;
    const own = neededFor(where, embedding, embedder);
    const vectors = await vectorsOf(own, embedding, texts);
    embedded = { ...textsAsVectors({ ...embedded, features }, at, vectors, width) };
  }
  return embedded;
}

/** [texts, width]; of an empty text, a missing cell, NaN. */
async function vectorsOf(
  embedder: Embedder,
  embedding: Embedding,
  texts: readonly string[],
): Promise<Float32Array> {
  const { width } = embedding;
  const filled = texts.filter((text) => text !== '');
  const made = filled.length === 0 ? [] : await embedder.texts(embedding, filled);
  const vectors = new Float32Array(texts.length * width).fill(Number.NaN);
  let at = 0;
  for (const [i, text] of texts.entries()) {
    if (text === '') continue;
    vectors.set(made.slice(at, at + width), i * width);
    at += width;
  }
  return vectors;
}

function neededFor(
  where: string,
  { column, of, model, width }: Embedding,
  embedder: Embedder | undefined,
): Embedder {
  if (embedder !== undefined) return embedder;
  const what = of === 'image' ? 'images' : 'texts';
  const names = `${column}[0] to ${column}[${width - 1}]`;
  throw new SymlossError(
    `${where}, ${show(column)}`,
    `vectors of ${width} numbers, ${names}`,
    what,
    {
      hint: `make them with ${model}, as model.json says, or open the model in Node with loadModel, which does`,
    },
  );
}
