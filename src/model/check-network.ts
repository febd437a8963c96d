import { SymlossError } from '../core/index.ts';
import { list } from '../data/text.ts';
import type { OnnxValue } from '../graph/index.ts';
import { onnxSignature } from '../graph/index.ts';
import type { ModelCard } from './card.ts';
import { sha256Of } from './sha256.ts';
import { encodedSize } from './text-encoding.ts';

/**
 * Checks that a network is the one that a card describes: its hash, then what it takes and gives.
 * @param onnx the bytes of `model.onnx`
 * @param where the file, as messages name it
 * @throws SymlossError (failure) where they do not belong together, and for a network that reads other files
 */
export async function checkNetwork(
  onnx: Uint8Array,
  card: ModelCard,
  where: string,
): Promise<void> {
  const found = await sha256Of(onnx);
  if (found !== card.sha256) {
    throw unfit(where, `the network of this card, with sha256 ${card.sha256}`, found);
  }
  const k = card.classes.length;
  const { inputs, outputs } = onnxSignature(onnx, where);
  const fed = card.inputs?.map(({ name, type, columns, matrix, encoding }) => {
    const terms = encoding?.op === 'termCounts' ? [encodedSize(encoding)] : undefined;
    return expectedValue(name, type, terms ?? (matrix ? [columns.length] : []));
  }) ?? [expectedValue('features', 'float32', card.featureShape)];
  for (const value of fed) check(where, 'input', value, named(inputs, value));
  const more = inputs.find((input) => named(fed, input) === undefined);
  if (more !== undefined) {
    throw unfit(where, `no input but ${list(fed.map(({ name }) => name))}`, more.name);
  }
  const expected = [
    expectedValue('label', 'int64', []),
    expectedValue('probs', 'float32', [k]),
    expectedValue('scores', 'float32', [k]),
  ];
  for (const value of expected) {
    check(where, 'output', value, named(outputs, value));
  }
}

function named<T extends { readonly name: string }>(
  values: readonly T[],
  { name }: { readonly name: string },
): T | undefined {
  return values.find((value) => value.name === name);
}

interface Expected {
  readonly name: string;
  readonly type: string;
  /** Sizes of a row. */
  readonly row: readonly number[];
}

function expectedValue(name: string, type: string, row: readonly number[]): Expected {
  return { name, type, row };
}

function check(
  where: string,
  what: string,
  { name, type, row }: Expected,
  found: OnnxValue | undefined,
): void {
  const [n, ...sizes] = found?.shape ?? [];
  const fits =
    found?.name === name &&
    found.type === type &&
    typeof n === 'string' && // any number of rows
    sizes.length === row.length &&
    sizes.every((size, axis) => size === row[axis]);
  if (fits) return;
  const received =
    found === undefined ? 'none' : `${found.name}: ${found.type}[${found.shape?.join(',') ?? '?'}]`;
  throw unfit(where, `${what} ${name}: ${type}[${['n', ...row].join(',')}]`, received);
}

function unfit(where: string, expected: string, received: string): SymlossError {
  return new SymlossError(where, expected, received, {
    hint: 'the model is damaged, or its files are of two models: train and save it again',
    kind: 'failure',
  });
}
