import { fromNumbers, stream } from '../../src/core/index.ts';
import { applyStandardiser, fitStandardiser } from '../../src/data/index.ts';
import { interpret } from '../../src/graph/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import type { ModelDescription, ModelParts } from '../../src/model/index.ts';
import { mlp, normaliseScores, sequential } from '../../src/nn/index.ts';
import { buildForward, buildStep, sgd } from '../../src/train/index.ts';
import { normals } from '../nn/apply.ts';

export const d = 5;
export const k = 3;
export const classes = ['ant', 'bee', 'cat'];

const network = sequential(
  mlp([8], { norm: 'batch', dropout: 0.5, activation: 'gelu' }).network(k),
  normaliseScores('l2'),
);

/** n raw rows: features of different scales, one of them constant. */
export function rawRows(n: number, name = 'raw rows'): Float32Array {
  return Float32Array.from(
    normals(name, [n, d]),
    (v, i) => [v, 100 * v, 5 + v, 1e-3 * v, 7][i % d]!,
  );
}

export const preprocessing = {
  kind: 'standardise',
  ...fitStandardiser(
    rawRows(50),
    d,
    Array.from({ length: 50 }, (_, row) => row),
  ),
} as const;

/** A model with random variables, as training would leave it. */
export function partsOf(temperature = 0.25): ModelParts {
  const { slots } = buildStep({
    network,
    loss: crossEntropy,
    optimizer: sgd({ momentum: 0 }),
    batchSize: 2,
    featureShape: [d],
    k,
  });
  return {
    network,
    featureShape: [d],
    preprocessing,
    values: Object.fromEntries(
      slots.map(({ name, shape, initialise }) => {
        const drawn = normals(name, shape);
        const moved = /variance/.test(name) ? drawn.map((v) => v * v + 0.5) : drawn;
        const values = /weight/.test(name) ? initialise(stream(1, name)) : moved;
        return [name, fromNumbers('float32', shape, values)];
      }),
    ),
    temperature,
  };
}

/** What a model makes of raw rows, step by step in float64: standardise, network, softmax, argmax. */
export function reference(
  { network: layer, values, temperature }: ModelParts,
  raw: Float32Array,
): { scores: number[]; probs: number[]; label: number[] } {
  const n = raw.length / d;
  const features = fromNumbers('float32', [n, d], applyStandardiser(raw, preprocessing));
  const program = buildForward(layer, n, [d]);
  const result = interpret(program, { features, ...values }, { exact: true });
  const scores = Array.from(result.scores!.data as Float64Array);
  const rows = Array.from({ length: n }, (_, r) => scores.slice(r * k, r * k + k));
  const probs = rows.map((z) => {
    const e = z.map((v) => Math.exp(v / temperature));
    const total = e.reduce((a, b) => a + b, 0);
    return e.map((v) => v / total);
  });
  return { scores, probs: probs.flat(), label: rows.map((z) => z.indexOf(Math.max(...z))) };
}

/** The columns of a table of numbers, as a card lists them. */
export function numberColumns(
  names: readonly string[],
): Pick<ModelDescription, 'columns' | 'inputs'> {
  return {
    columns: names.map((name) => ({ name, kind: 'numeric', center: 0, scale: 1, missing: false })),
    inputs: [{ name: 'features', type: 'float32', columns: names, matrix: true }],
  };
}

export function cardOf(parts: ModelParts): ModelDescription {
  return {
    format: 'symloss-model',
    version: 3,
    classes,
    featureShape: [...parts.featureShape],
    model: 'mlp:8',
    loss: 'ce',
    scores: 'l2',
    temperature: parts.temperature,
    settings: { epochs: 3 },
  };
}
