import type { AnyTensor } from '../../src/core/index.ts';
import { fromNumbers, tensor } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';

export interface Model {
  readonly name: string;
  readonly program: g.Program;
  readonly feeds: Readonly<Record<string, AnyTensor>>;
  /** Sizes of any number, by input and output. */
  readonly dynamic?: Readonly<Record<string, string>>;
}

/** Numbers, a category and a text to probabilities: what a model of a table with texts is made of. */
export function tableModel(texts: readonly string[]): Required<Model> {
  const n = texts.length;
  const x = g.input('x', [n, 2]);
  const colour = g.input('colour', [n], 'string');
  const text = g.input('text', [n], 'string');
  const place = g.cast(g.categoryIndex(colour, ['red', 'blue', '']), 'int64');
  const counts = g.termCounts(text, {
    forms: ['good', 'Good', 'not', '好'],
    ids: [1, 1, 2, 3],
    terms: [[1], [2, 1], [3]],
  });
  const features = g.concat([g.log1p(g.abs(x)), g.oneHot(place, 4), g.log1p(counts)], 1);
  const weights = Array.from({ length: 27 }, (_, i) => Math.round(Math.sin(i) * 1024) / 1024);
  const scores = g.matMul(features, g.constant(fromNumbers('float32', [9, 3], weights)));
  const program = g.program({ label: g.argMax(scores), probs: g.softmax(scores) });
  const numbers = Array.from({ length: 2 * n }, (_, i) => i - n);
  const feeds = {
    x: fromNumbers('float32', [n, 2], numbers),
    colour: tensor(
      'string',
      [n],
      Array.from(texts, (_, i) => ['red', '', 'green'][i % 3]!),
    ),
    text: tensor('string', [n], texts),
  };
  const dynamic = { x: 'n', colour: 'n', text: 'n', label: 'n', probs: 'n' };
  return { name: `a table with ${n} texts`, program, feeds, dynamic };
}
