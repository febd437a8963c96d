import { expect, test } from 'vitest';
import type { Pieces } from '../../src/core/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { prepare, prepareInPieces } from '../../src/train/prepare.ts';
import { tableOf } from '../features/table.ts';

/** The result of a computation, and how often it could have been interrupted. */
function counted<T>(pieces: Pieces<T>): { readonly result: T; readonly breaks: number } {
  for (let breaks = 0; ; breaks++) {
    const { done, value } = pieces.next();
    if (done) return { result: value, breaks };
  }
}

test('many texts are prepared in pieces of one text each: a page goes on meanwhile', () => {
  const n = 200;
  const {
    d,
    n: _,
    ...table
  } = tableOf({
    note: ['text', Array.from({ length: n }, (_, i) => `tea ${i % 7} number ${i} of many`)],
    age: ['numeric', Array.from({ length: n }, (_, i) => i % 9)],
  });
  const data: Dataset = {
    ...table,
    labels: Int32Array.from({ length: n }, (_, i) => i % 2),
    name: 'made',
    notices: [],
    classes: ['a', 'b'],
    featureShape: [d],
  };
  const options = { split: { given: undefined, test: 0.2, validation: 0.2 }, seed: 1 };
  const { result, breaks } = counted(prepareInPieces(data, options));
  expect(result).toEqual(prepare(data, options));
  const { train, validation, test } = result.parts;
  const [own, others] = [train.labels.length, validation!.labels.length + test!.labels.length];
  // each text that is learnt from: its words, its letters, its n-grams; and the encoding of every row
  expect(breaks).toBeGreaterThanOrEqual(3 * own + (own + others));
});
