import { closest, field, SymlossError, show } from '../../../core/index.ts';
import type { Dataset, Features } from '../../dataset.ts';
import { isImages, rowCount } from '../../dataset.ts';
import type { TableColumns } from '../../embedded.ts';
import { textsAsVectors } from '../../embedded.ts';
import type { Embedding } from '../../embedding.ts';
import { imageColumn, vectorColumns } from '../../embedding.ts';
import { count, list } from '../../text.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { fitsMemory } from '../shared/byte-store.ts';
import { findModel } from './find-model.ts';
import type { VectorOptions } from './make-vectors.ts';
import { Loading, notMade, vectorsOfImages, vectorsOfTexts } from './make-vectors.ts';
import type { FoundModel } from './model.ts';
import type { KeptVectors } from './vector-cache.ts';

/** Which pretrained model embeds which column: its id or folder, by the name of the column; `image` stands for images. */
export type Embed = Readonly<Record<string, string>>;

export interface EmbedOptions extends VectorOptions, Pick<StoreOptions, 'memoryLimit'> {}

/**
 * A dataset with its columns of texts, or its images, as vectors that pretrained models make of them: columns of kind
 * `embedding`, called `text[0]`, `text[1]`, …, of images `image[0]`, …. Of texts the last hidden state is averaged over
 * the tokens; of images it is the vector that the model has for them, else the mean of the last hidden state. Vectors
 * are brought to length 1 (L2). A missing text is a vector of NaN. They are kept in a cache, by the content of model and data.
 *
 * It takes the package `@huggingface/transformers`.
 * @param embed for a table the model of each column of texts, for images `{ image: model }`: a folder with `config.json`,
 * `tokenizer.json` and `tokenizer_config.json` or `preprocessor_config.json`, and `onnx/model.onnx`; or an id, which is
 * looked up as transformers.js does
 * @throws SymlossError where there is no such column or model, a column is not of texts, or the package is not installed
 * @example
 * const data = await fromRecords(rows, { label: 'stars', text: ['review'] });
 * const embedded = await embedDataset(data, { review: 'Xenova/all-MiniLM-L6-v2' });
 */
export async function embedDataset(
  data: Dataset,
  embed: Embed,
  options: EmbedOptions = {},
): Promise<Dataset> {
  const models = new Models();
  try {
    return await embedWith(models, data, embed, options);
  } finally {
    await models.dispose();
  }
}

/** Models that several data are embedded with: each is loaded once, and where vectors are to be made. */
export class Models {
  readonly #found = new Map<string, Loading>();

  /** @throws SymlossError as `findModel` does */
  async get(name: string, of: Embedding['of']): Promise<Loading> {
    const key = `${of} ${name}`;
    const known = this.#found.get(key) ?? new Loading(await findModel(name, of));
    this.#found.set(key, known);
    return known;
  }

  async dispose(): Promise<void> {
    for (const model of this.#found.values()) await model.dispose();
    this.#found.clear();
  }
}

/** As `embedDataset`, with models that are used again. */
export async function embedWith(
  models: Models,
  data: Dataset,
  embed: Embed,
  options: EmbedOptions,
): Promise<Dataset> {
  const columns = Object.keys(embed);
  if (isImages(data)) return embedImages(models, data, modelOfImages(data.name, embed), options);
  let table = data;
  for (const column of columns) {
    const checked = checkedTable(table, column);
    table = await embedTexts(models, checked, column, embed[column] as string, options);
  }
  return table;
}

function modelOfImages(name: string, embed: Embed): string {
  const columns = Object.keys(embed);
  const model = embed[imageColumn];
  if (columns.length === 1 && model !== undefined) return model;
  throw new SymlossError(`${name}, ${field('embed')}`, 'one model for images', list(columns), {
    hint: `set ${field('embed', `${imageColumn}=<model>`)}`,
  });
}

type TextTable = Dataset & TableColumns;

/** @throws SymlossError unless the data are a table in memory with the column, which is of texts */
function checkedTable(data: Dataset, column: string): TextTable {
  const { features, columns, texts, name } = data;
  const where = `${name}, ${field('embed')}`;
  if (columns === undefined || !(features instanceof Float32Array)) {
    const received = columns === undefined ? 'other data' : 'a table too large for memory';
    throw new SymlossError(where, 'a table with columns of texts, or images', received);
  }
  const at = columns.indexOf(column);
  if (at < 0) {
    const similar = closest(column, columns);
    throw new SymlossError(where, `one of ${list(columns)}`, show(column), {
      hint: similar === undefined ? undefined : `did you mean ${show(similar)}?`,
    });
  }
  if (texts?.[at] !== undefined) return { ...data, features };
  const kind = data.kinds?.[at] ?? 'numeric';
  throw new SymlossError(`${where} ${show(column)}`, 'a column of texts', `one of kind ${kind}`);
}

async function embedTexts(
  models: Models,
  table: TextTable,
  column: string,
  name: string,
  options: EmbedOptions,
): Promise<Dataset> {
  const at = (table.columns as readonly string[]).indexOf(column);
  const texts = table.texts?.[at] as readonly string[];
  if (texts.length === 0) {
    throw new SymlossError(`${table.name}, column ${show(column)}`, 'a filled cell', 'none');
  }
  const model = await models.get(name, 'text');
  const vectors = await vectorsOfTexts(column, texts, model, options);
  const { width } = vectors;
  checkMemory(table, table.featureShape[0] as number, width, options);
  const embedded = textsAsVectors(table, at, vectors.data, width);
  const embedding = embeddingOf(column, model.found, width);
  const without = emptyVectors(vectors);
  if (without === texts.length) throw notMade(model.found, 'NaN for all');
  return {
    ...embedded,
    embeddings: [...(table.embeddings ?? []), embedding],
    notices: [
      ...table.notices,
      notice(embedding, `${count(texts.length, 'different text')}`, vectors.from),
      ...(without === 0 ? [] : [`${show(column)}: ${count(without, 'text')} without a token`]),
    ],
  };
}

async function embedImages(
  models: Models,
  data: Dataset,
  name: string,
  options: EmbedOptions,
): Promise<Dataset> {
  const { featureShape } = data;
  const images = imageBytes(`${data.name}, ${field('embed')}`, data.features);
  const model = await models.get(name, 'image');
  const vectors = await vectorsOfImages(images, featureShape, model, options);
  const { width } = vectors;
  checkMemory(data, 1, width, options);
  const embedding: Embedding = {
    ...embeddingOf(imageColumn, model.found, width),
    imageShape: featureShape,
  };
  return {
    ...data,
    ...vectorTable(vectors.data, width),
    embeddings: [embedding],
    notices: [...data.notices, notice(embedding, count(rowCount(data), 'image'), vectors.from)],
  };
}

/** Vectors of images as rows of a table. */
export function vectorTable(features: Float32Array, width: number) {
  return {
    features,
    featureShape: [width],
    columns: vectorColumns(imageColumn, width),
    kinds: Array.from({ length: width }, () => 'embedding' as const),
  };
}

function embeddingOf(column: string, { name, of, sha256 }: FoundModel, width: number): Embedding {
  const pooling = of === 'text' ? 'mean' : 'own or mean';
  return { column, of, model: name, sha256, pooling, normalized: true, width };
}

/** @throws SymlossError if the rows with vectors exceed the memory limit. @param d numbers of a row before */
function checkMemory(data: Dataset, d: number, width: number, options: EmbedOptions): void {
  const bytes = 4 * rowCount(data) * (d + width);
  if (fitsMemory(bytes, options)) return;
  const expected = `vectors that fit the memory limit (${field('memoryLimit')})`;
  throw new SymlossError(data.name, expected, `${count(bytes, 'byte')} of ${width} numbers a row`, {
    hint: 'raise it, or take a model with shorter vectors',
  });
}

function emptyVectors({ data, width }: KeptVectors): number {
  let empty = 0;
  for (let i = 0; i < data.length; i += width) if (Number.isNaN(data[i])) empty++;
  return empty;
}

function notice(
  { column, of, model, width }: Embedding,
  what: string,
  from: string | undefined,
): string {
  const how = of === 'text' ? ', the mean over the tokens' : '';
  const source = from === undefined ? '' : `; read from ${from}, made by an earlier run`;
  return `${show(column)}: embedded by ${model} (vectors of ${width} numbers${how}, of length 1): ${what}${source}`;
}

/** Images are never floats where they are embedded. @throws SymlossError where they are */
export function imageBytes(where: string, features: Features): Exclude<Features, Float32Array> {
  if (!(features instanceof Float32Array)) return features;
  throw new SymlossError(where, 'images of bytes, from 0 to 255', 'numbers');
}
