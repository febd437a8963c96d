import { z } from 'zod';
import { formatShape, SymlossError, show, sizeOf } from '../core/index.ts';
import { columnKinds, embeddedKinds, poolings, vectorColumns } from '../data/index.ts';
import { list } from '../data/text.ts';
import { scoreNormalisationNames } from '../nn/index.ts';
import { textEncodingSchema } from './text-encoding.ts';

export const cardVersion = 3;

const number = z.number();
const flag = z.boolean();

/** A column of a table, and what became of it: see `FittedColumn`. Of texts only the numbers of terms are kept here. */
const columnSchema = z.object({
  name: z.string(),
  kind: z.enum(columnKinds),
  /** Of numbers, dates and vectors. */
  center: number.optional(),
  scale: number.optional(),
  /** Whether cells were missing in training. */
  missing: flag.optional(),
  timeOfDay: flag.optional(),
  /** Whether in 03/04/2024 the day comes first. */
  dayFirst: flag.optional(),
  /** Of numbers: `%`, a currency or what stood behind them in training, and what a comma in them was: see `NumberStyle`. */
  unit: z.string().optional(),
  comma: z.enum(['thousands', 'decimal']).optional(),
  /** Of numbers and dates: texts that were read as missing cells in training, at most 20. They are missing in other rows, too. */
  missingTexts: z.array(z.string()).readonly().optional(),
  /** Of categories; '' or null is a missing cell. */
  values: z
    .array(z.union([z.string(), number, z.null()]))
    .readonly()
    .optional(),
  other: flag.optional(),
  /** Words and pairs of words of a text. */
  terms: z.number().int().min(0).optional(),
  /** Character n-grams of a text, where they are counted. */
  characters: z.number().int().min(1).optional(),
});

/** An input of `model.onnx`: [n], or [n, columns] where it is a matrix. Of a numeric core see `encoding` too. */
const inputSchema = z.object({
  name: z.string(),
  type: z.enum(['float32', 'string']),
  columns: z.array(z.string()).min(1).readonly(),
  matrix: flag,
  encoding: textEncodingSchema.optional(),
});

/** How the numbers of a vector, `column[0]`, `column[1]`, …, are made of texts or images: see `Embedding`. */
const embeddingSchema = z.object({
  column: z.string(),
  of: z.enum(embeddedKinds),
  model: z.string(),
  sha256: z.string(),
  pooling: z.enum(poolings),
  normalized: z.literal(true),
  width: z.number().int().positive(),
  imageShape: z.array(z.number().int().positive()).length(3).readonly().optional(),
});

/**
 * `model.json`, beside `model.onnx`: what a JavaScript session cannot read from an ONNX file, and
 * how the model came to be.
 */
export const modelCardSchema = z.object({
  format: z.literal('symloss-model'),
  version: z.literal(cardVersion),
  /** Of the bytes of `model.onnx`, in hexadecimal digits: a card describes this network and no other. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Name of class 0, …, k − 1. */
  classes: z.array(z.string()).min(2),
  /** The columns of a table. */
  columns: z.array(columnSchema).optional(),
  /** The inputs of a model for a table. Default: `features`, [n, …featureShape]. */
  inputs: z.array(inputSchema).min(1).optional(),
  /** Vectors among the columns that pretrained models make. */
  embeddings: z.array(embeddingSchema).min(1).optional(),
  /** Columns of the table that the model came from: the labels, and what says which row it is. */
  labelColumn: z.string().optional(),
  idColumns: z.array(z.string()).optional(),
  /** Operators of the network that only onnxruntime has. */
  contribOperators: z.array(z.string()).optional(),
  featureShape: z.array(z.number().int().positive()),
  /** Of images that were bytes in training, 0 to 255; others were numbers of any size. */
  pixels: z.literal('bytes').optional(),
  model: z.string(),
  loss: z.string(),
  scores: z.enum(scoreNormalisationNames),
  temperature: z.number().positive(),
  /** Of a model for balanced accuracy: see `ModelParts.classShares`. */
  classShares: z.array(z.number().positive()).optional(),
  /** Everything it was trained with. */
  settings: z.record(z.string(), z.unknown()),
});

export type ModelCard = z.infer<typeof modelCardSchema>;

/** What a card says of a model, before its network is a file. */
export type ModelDescription = Omit<ModelCard, 'sha256'>;

/** A saved model, read by the caller. */
export interface SavedModel {
  /** The bytes of `model.onnx`. */
  readonly onnx: Uint8Array;
  /** The content of `model.json`, parsed. */
  readonly card: unknown;
}

/** @throws SymlossError naming the file and the first field that does not fit. */
export function parseModelCard(text: string, file: string): ModelCard {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(file, 'JSON', cause instanceof Error ? cause.message : String(cause), cause);
  }
  return checkModelCard(value, file);
}

/**
 * @param where what the card came from, as the message names it
 * @throws SymlossError naming the first field that does not fit
 */
export function checkModelCard(card: unknown, where: string): ModelCard {
  const { format, version } = (card ?? {}) as { format?: unknown; version?: unknown };
  if (format === 'symloss-model' && typeof version === 'number' && version !== cardVersion) {
    throw new SymlossError(where, `a card of version ${cardVersion}`, `version ${version}`, {
      hint: 'another version of symloss wrote it; use that one, or train and save the model again',
      kind: 'failure',
    });
  }
  const result = modelCardSchema.safeParse(card);
  if (result.success) return checkColumns(result.data, where);
  const issue = result.error.issues[0];
  const place = issue?.path.join('.') || 'the file';
  throw unreadable(
    where,
    'a model description of symloss',
    `${place}: ${issue?.message}`,
    result.error,
  );
}

function checkColumns(card: ModelCard, where: string): ModelCard {
  const { columns, inputs, featureShape, embeddings = [] } = card;
  if (columns !== undefined && columns.length !== sizeOf(featureShape)) {
    const expected = `columns for features of shape ${formatShape(featureShape)}`;
    throw unreadable(where, expected, `${columns.length} columns`, undefined);
  }
  const fed = inputs?.flatMap((input) => input.columns) ?? [];
  const names = new Set(columns?.map(({ name }) => name));
  const isOnce = new Set(fed).size === fed.length && fed.every((name) => names.has(name));
  if (!isOnce) throw unreadable(where, 'inputs that take columns once', list(fed), undefined);
  for (const column of columns ?? [])
    if (column.kind === 'categorical') checkCategories(column, inputs, where);
  for (const { column, of, width, imageShape } of embeddings) {
    const absent = vectorColumns(column, width).find((name) => !names.has(name));
    if (absent !== undefined) throw unreadable(where, `the column ${absent}`, 'none', undefined);
    if (of === 'text' || imageShape !== undefined) continue;
    throw unreadable(where, `the shape of the images of ${column}`, 'none', undefined);
  }
  return card;
}

/** @throws SymlossError unless the values of a column are texts, where its input takes texts, and numbers elsewhere */
function checkCategories(
  { name, values = [] }: z.infer<typeof columnSchema>,
  inputs: ModelCard['inputs'] = [],
  where: string,
): void {
  const input = inputs.find(({ columns }) => columns.includes(name));
  const areTexts = values.every((value) => typeof value === 'string');
  const areNumbers = values.every((value) => typeof value !== 'string');
  const takesTexts = input?.type === 'string' || input?.encoding?.op === 'categoryIndex';
  const what = input === undefined ? 'texts or numbers' : takesTexts ? 'texts' : 'numbers';
  const fits = input === undefined ? areTexts || areNumbers : takesTexts ? areTexts : areNumbers;
  if (values.length > 0 && fits) return;
  const received = values.length === 0 ? 'none' : list(values.map(String));
  throw unreadable(
    where,
    `the categories of the column ${show(name)}, ${what}`,
    received,
    undefined,
  );
}

function unreadable(
  file: string,
  expected: string,
  received: string,
  cause: unknown,
): SymlossError {
  return new SymlossError(file, expected, received, {
    hint: 'train and save the model again',
    kind: 'failure',
    cause,
  });
}
