import { z } from 'zod';
import { formatShape, SymlossError, sizeOf } from '../core/index.ts';
import { scoreNormalisationNames } from '../nn/index.ts';

const cardVersion = 2;

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
  /** Names of the features in the order of the model's input; absent where they have none. */
  columns: z.array(z.string()).optional(),
  featureShape: z.array(z.number().int().positive()),
  model: z.string(),
  loss: z.string(),
  scores: z.enum(scoreNormalisationNames),
  temperature: z.number().positive(),
  /** Everything it was trained with. */
  settings: z.record(z.string(), z.unknown()),
});

export type ModelCard = z.infer<typeof modelCardSchema>;

/** What a card says of a model, before its network is a file. */
export type ModelDescription = Omit<ModelCard, 'sha256'>;

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
  const { columns, featureShape } = card;
  if (columns === undefined || columns.length === sizeOf(featureShape)) return card;
  const expected = `columns for features of shape ${formatShape(featureShape)}`;
  throw unreadable(where, expected, `${columns.length} columns`, undefined);
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
