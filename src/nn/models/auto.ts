import type { Expr } from '../../graph/index.ts';
import { add, mul, slice } from '../../graph/index.ts';
import { dense } from '../dense.ts';
import { named } from '../sequential.ts';
import { mlp } from './mlp.ts';
import type { Model } from './model.ts';
import { modelForm } from './model.ts';

/** With fewer training rows, weights of words are moved by more at each step. */
const wordRows = 2000;
/** From so many training rows on, wider layers are worth their time. */
const manyRows = 10_000;

/**
 * The network for data that nothing is known of: two hidden layers with relu, 256 units each, 512 from 10,000 training rows on;
 * for images one layer of 256. Words of texts go to the scores directly, each with a weight for each class: hidden layers
 * memorize texts. For tables it is trained by AdamW unless another optimizer is asked for, and the epoch that is best on the
 * validation part is kept: later ones have memorized wrong labels, where there are many.
 *
 * Chosen on ten tables with 0, 20 and 40 % of the labels wrong: encodings of numbers by pieces or by sines, batch norm,
 * dropout and batch ensembles are no better there than chance explains, or worse where labels are wrong
 * (`docs/results/tables.md`).
 */
function auto(rows: number): Model {
  const width = rows < manyRows ? 256 : 512;
  // AdamW moves a weight by about its rate at each step, however large the input: this makes up for few steps
  const reach = Math.max(1, wordRows / Math.max(1, rows));
  return {
    spec: 'auto',
    training: {
      optimizer: 'adamw',
      learningRate: 0.002,
      weightDecay: 0.02,
      batchSize: rows < manyRows ? 64 : 128,
      keep: 'best',
    },
    sized: auto,
    network:
      (k, terms = 0) =>
      (x, scope) => {
        if (x.shape.length !== 2) return mlp([256]).network(k)(x, scope);
        const [n = 0, features = 0] = x.shape;
        const own = features - terms;
        const parts: Expr[] = [];
        if (own > 0) parts.push(mlp([width, width]).network(k)(slice(x, [0, 0], [n, own]), scope));
        if (terms > 0) {
          const words = slice(x, [0, own], [n, features]);
          const weigh = named('words', dense(k, 'zeros', { bias: false }));
          parts.push(mul(weigh(words, scope), reach));
        }
        return parts.reduce((a, b) => add(a, b));
      },
  };
}

export const autoForm = modelForm({
  about: 'a network by the data: two hidden layers for tables, one for images',
  example: 'auto',
  parameters: {},
  images: false,
  cost: { milliseconds: 3, size: 28 * 28 },
  build: () => auto(0),
});
