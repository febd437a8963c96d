import { field, SymlossError, show } from '../../../core/index.ts';
import { columnsBeforeEmbedding, textsAsVectors } from '../../embedded.ts';
import type { Embedding } from '../../embedding.ts';
import type { ModelInput, OpenedRows } from '../format.ts';
import type { Embed, EmbedOptions } from './embed-dataset.ts';
import { imageBytes, type Models, vectorTable } from './embed-dataset.ts';
import type { Loading } from './make-vectors.ts';
import { vectorsOfImages, vectorsOfTexts } from './make-vectors.ts';

/** What rows of a source have to be, before a model's vectors are made of them. */
export function inputBeforeEmbedding({
  columns = [],
  embeddings = [],
  ...input
}: ModelInput): ModelInput {
  const image = embeddings.find(({ of }) => of === 'image');
  if (image?.imageShape !== undefined) return { featureShape: image.imageShape };
  const known = columns.map((own) =>
    typeof own === 'string' ? { name: own, kind: 'numeric' as const } : own,
  );
  const before = columnsBeforeEmbedding(known, embeddings);
  return { ...input, columns: before, featureShape: [before.length] };
}

/** How rows are embedded. */
export interface RowEmbedding {
  /** Those that are loaded already, and will be. */
  readonly models: Models;
  /** Where models lie now, by column. Default: where they lay. */
  readonly embed: Embed;
  readonly how: EmbedOptions;
}

/**
 * Rows with the vectors that a model takes, made as for its training.
 * @throws SymlossError where a model is not there, or is another one
 */
export async function embedRows(
  source: string,
  rows: OpenedRows,
  { columns = [] }: ModelInput,
  embeddings: readonly Embedding[],
  { models, embed, how }: RowEmbedding,
): Promise<OpenedRows> {
  let embedded = rows;
  let names = namesBefore(columns, embeddings);
  for (const embedding of embeddings) {
    const model = await modelOf(embedding, models, embed);
    if (embedding.of === 'image') {
      const images = imageBytes(source, rows.features);
      const made = await vectorsOfImages(images, rows.featureShape, model, how);
      embedded = { ...rows, ...vectorTable(made.data, made.width) };
      continue;
    }
    const { column } = embedding;
    const at = names.indexOf(column);
    const texts = embedded.texts?.[at] ?? [];
    const { features } = embedded;
    if (!(features instanceof Float32Array)) {
      throw new SymlossError(source, 'rows in memory, to be embedded', 'rows in a file');
    }
    const data =
      texts.length === 0
        ? new Float32Array()
        : (await vectorsOfTexts(column, texts, model, how)).data;
    const table = { ...embedded, features, columns: names, texts: embedded.texts ?? [] };
    const { columns: wide, ...more } = textsAsVectors(table, at, data, embedding.width);
    names = wide;
    embedded = more;
  }
  return embedded;
}

function namesBefore(
  columns: NonNullable<ModelInput['columns']>,
  embeddings: readonly Embedding[],
): readonly string[] {
  const { columns: before = [] } = inputBeforeEmbedding({ featureShape: [], columns, embeddings });
  return before.map((own) => (typeof own === 'string' ? own : own.name));
}

/** The model that made a vector. @throws SymlossError where it is not there, or another one */
export async function modelOf(
  { column, of, model, sha256 }: Embedding,
  models: Models,
  embed: Embed,
): Promise<Loading> {
  const name = embed[column] ?? model;
  const found = await models.get(name, of).catch((cause) => {
    if (!(cause instanceof SymlossError) || cause.kind === 'failure') throw cause;
    const { where, expected, received } = cause.parts;
    throw new SymlossError(where, expected, received, {
      hint: `vectors of ${show(column)} were made with ${model}: say where it lies, ${field('embed', `${column}=<folder>`)}`,
      cause,
    });
  });
  if (found.found.sha256 === sha256) return found;
  const expected = `the model that made the vectors of ${show(column)} for training, with sha256 ${sha256}`;
  throw new SymlossError(`model ${name}`, expected, found.found.sha256, {
    hint: `say where that one lies, ${field('embed', `${column}=<folder>`)}`,
  });
}
