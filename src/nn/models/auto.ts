import type { Expr } from '../../graph/index.ts';
import { add, mul, slice } from '../../graph/index.ts';
import { dense } from '../dense.ts';
import { named } from '../sequential.ts';
import { cnn4 } from './cnn4.ts';
import { mlp } from './mlp.ts';
import type { DataSize, Model, ModelTraining } from './model.ts';
import { modelForm } from './model.ts';

/** With fewer training rows, weights of words are moved by more at each step. */
const wordRows = 2000;
/** From so many training rows on, wider layers are worth their time. */
const manyRows = 10_000;
/** Up to so many pixels (rows × height × width) a convolutional network takes no longer than a minute or two. */
const fewPixels = 2 ** 22;
/** The smallest side of images that are more than a few numbers. */
const leastSide = 8;

/**
 * The network for data that nothing is known of. For tables two hidden layers with relu, 256 units each, 512 from 10,000 training
 * rows on; words of texts go to the scores directly, each with a weight for each class: hidden layers memorize texts. For images
 * of 8 × 8 pixels or more, up to 2²² pixels in all training images, `cnn4`; for others, and other arrays, one hidden layer of 256.
 * The first two are trained by AdamW unless another optimizer is asked for, and the epoch that is best on the
 * validation part is kept: later ones have memorized wrong labels, where there are many.
 *
 * The one for tables was chosen on ten tables with 0, 20 and 40 % of the labels wrong: encodings of numbers by pieces or by sines, batch norm,
 * dropout and batch ensembles are no better there than chance explains, or worse where labels are wrong
 * (`docs/results/tables.md`). That for images: `docs/results/images.md`.
 */
function auto({ rows, featureShape, isTable }: DataSize): Model {
  const [, h = 0, w = 0] = featureShape;
  const isSmall = featureShape.length === 3 && rows * h * w <= fewPixels;
  if (isSmall && Math.min(h, w) >= leastSide) return forImages(rows);
  const model = denseLayers(rows);
  if (!isTable) return model;
  return { ...model, training: trainedBy(0.002, 0.02, rows < manyRows ? 64 : 128) };
}

function forImages(rows: number): Model {
  const training = trainedBy(0.001, 0.01, rows < manyRows ? 32 : 128);
  return { spec: 'auto', sized: auto, network: cnn4().network, training };
}

/** AdamW, and the best epoch. */
function trainedBy(learningRate: number, weightDecay: number, batchSize: number): ModelTraining {
  return { optimizer: 'adamw', learningRate, weightDecay, batchSize, keep: 'best' };
}

function denseLayers(rows: number): Model {
  const width = rows < manyRows ? 256 : 512;
  // AdamW moves a weight by about its rate at each step, however large the input: this makes up for few steps
  const reach = Math.max(1, wordRows / Math.max(1, rows));
  return {
    ...{ spec: 'auto', sized: auto },
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
  about:
    'a network by the data: two hidden layers for tables, cnn4 for few images, one hidden layer for many',
  example: 'auto',
  parameters: {},
  images: false,
  cost: { milliseconds: 3, size: 28 * 28 },
  build: () => denseLayers(0),
});
