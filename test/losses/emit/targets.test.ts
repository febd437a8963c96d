import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { add, logSoftmax, mul, neg } from '../../../src/graph/index.ts';
import { emitLoss, emitTargets, lossDefinitions, registerLoss } from '../../../src/losses/index.ts';
import { removeLoss } from '../../../src/losses/registry.ts';

const made = [
  ...['symmetrize(gce)', 'unit(mae)', 'unit(sgce:q=0.4)', 'logit-clip(elr)', 'elr + aldr-kl'],
  ...['0.5*gjs + sop', 'sop:consistency=0.9,balance=0.1', '0.5*gjs + 2*sop:balance=0.5'],
  ...['ce + er:lambda=0.5', 'anchored:loss=alpha-mae'],
];
const specs = [...lossDefinitions.keys(), ...made];

/** Other sizes than those that losses are built for. */
const otherSizes = [
  { n: 61, k: 4 },
  { n: 79, k: 6 },
  { n: 59, k: 11 },
  { n: 127, k: 29 },
  { n: 67, k: 61 },
];

/** Of each variable of a function, how often its name is there. */
function uses(text: string): Map<string, number> {
  const code = text.replace(/"{3}.*?"{3}/s, '').replace(/\/\*\*.*?\*\//gs, '');
  const names = [...code.matchAll(/^\s*(?:const )?(\w+) = /gm)].map(([, name]) => name!);
  const count = (name: string) => code.match(new RegExp(`\\b${name}\\b`, 'g'))!.length;
  return new Map(names.map((name) => [name, count(name)]));
}

describe.each(emitTargets)('for %s', (target) => {
  test.each(specs)('%s is the same code whatever the sizes it is built for', (spec) => {
    const code = emitLoss(spec, target);
    expect(emitLoss(spec, target, { sizes: otherSizes })).toBe(code);
    // nothing is computed that nothing uses
    const unused = [...uses(code)].filter(([, count]) => count < 2);
    expect(unused).toEqual([]);
    const long = code.split('\n').filter((line) => line.length > 110);
    expect(long).toEqual([]);
  });
});

test('the function of PyTorch', () => {
  expect(emitLoss('sgce:q=0.4', 'pytorch')).toBe(`import torch


def sgce_loss(scores, labels, reduction="mean"):
    """The loss sgce:q=0.4.

    (mean_j p_j^q - p_y^q)/q

    q = 0.4
    p = softmax(z) of scores z, y the label

    Source: Lemire Paquin, Chaib-draa and Giguère 2026

    Written by symloss emit from the graph that symloss trains with.

    Args:
        scores: tensor [n, k], what the network puts out (logits).
        labels: int64 tensor [n], classes from 0 to k - 1.
        reduction: "mean" for the mean over the rows, "none" for the loss of every row [n].
    """
    if reduction not in ("mean", "none"):
        raise ValueError(f'reduction: expected "mean" or "none", received {reduction!r}')
    log_probs = torch.log_softmax(scores, dim=-1)
    ratio = -torch.expm1(0.4 * log_probs) / 0.4
    losses = ratio - ratio.mean(dim=-1, keepdim=True)
    losses = losses.gather(1, labels.unsqueeze(1)).squeeze(1)
    return losses.mean() if reduction == "mean" else losses
`);
});

test('the statements for the other targets', () => {
  const body = (target: (typeof emitTargets)[number], from: RegExp) =>
    emitLoss('unit(sgce:q=0.4)', target).split(from)[1]!;
  expect(body('jax', /received \{reduction!r\}'\)\n/)).toBe(`    k = scores.shape[1]
    log_probs = jax.nn.log_softmax(scores, axis=-1)
    ratio = -jnp.expm1(0.4 * log_probs) / 0.4
    losses = (ratio - jnp.mean(ratio, axis=-1, keepdims=True)) * k ** 0.4
    losses = jnp.take_along_axis(losses, labels[:, None], axis=1)[:, 0]
    return jnp.mean(losses) if reduction == "mean" else losses
`);
  expect(body('tensorflow', /received \{reduction!r\}'\)\n/)).toBe(`    k = scores.shape[1]
    log_probs = tf.nn.log_softmax(scores, axis=-1)
    ratio = -tf.math.expm1(0.4 * log_probs) / 0.4
    losses = (ratio - tf.reduce_mean(ratio, axis=-1, keepdims=True)) * k ** 0.4
    losses = tf.gather(losses, labels, axis=1, batch_dims=1)
    return tf.reduce_mean(losses) if reduction == "mean" else losses
`);
  expect(body('tfjs', /tf\.tidy\(\(\) => \{\n/)).toBe(`    const k = scores.shape[1];
    const logProbs = tf.logSoftmax(scores);
    const ratio = tf.div(tf.neg(tf.expm1(tf.mul(logProbs, 0.4))), 0.4);
    const all = tf.mul(tf.sub(ratio, tf.mean(ratio, -1, true)), k ** 0.4);
    const isLabel = tf.cast(tf.oneHot(labels, k), 'bool');
    const losses = tf.sum(tf.where(isLabel, all, tf.zerosLike(all)), -1);
    return reduction === 'mean' ? tf.mean(losses) : losses;
  });
}
`);
});

/** Registers a loss for a test, whose values are scores times a number that depends on k. */
function withFactor(name: string, factor: (k: number) => number, then: () => void): void {
  registerLoss({
    name,
    formula: 'f(k) z_y',
    parameters: {},
    symmetric: () => 'no',
    isBounded: () => false,
    reference: 'none',
    build: () => (scores) => mul(scores, factor(scores.shape[1]!)),
  });
  try {
    then();
  } finally {
    removeLoss(name);
  }
}

test.each([
  ['k - 1', (k: number) => k - 1, 'scores * (k - 1)'],
  ['2/k', (k: number) => 2 / k, 'scores * (2 / k)'],
  ['ln k', (k: number) => 3 * Math.log(k), 'scores * (3 * math.log(k))'],
  ['k^1.5/(k - 1)', (k: number) => k ** 1.5 / (k - 1), 'scores * (k ** 1.5 / (k - 1))'],
  ['3 k + 2', (k: number) => 3 * k + 2, 'scores * (3 * k + 2)'],
  ['-k', (k: number) => -k, '-scores * k'],
])('a number that is %s', (_, factor, code) => {
  withFactor('scaled', factor, () => {
    expect(emitLoss('scaled', 'pytorch')).toContain(`losses = ${code}\n`);
  });
});

describe('what cannot be written is refused', () => {
  test('numbers that depend on k in another way', () => {
    withFactor(
      'gamma',
      (k) => 1 / (1 + k * k),
      () => {
        expect(() => emitLoss('gamma', 'jax')).toThrow(
          'emit gamma: expected numbers that are a known function of the number of classes k, received constant with 0.1 for k = 3',
        );
      },
    );
    expect(() => emitLoss('unit(jal)', 'pytorch')).toThrow('emit unit(jal:alpha=1): expected');
  });

  test('operations that depend on k', () => {
    registerLoss({
      name: 'piecewise',
      formula: 'z_y',
      parameters: {},
      symmetric: () => 'no',
      isBounded: () => false,
      reference: 'none',
      build: () => (scores) => {
        const logP = logSoftmax(scores);
        return scores.shape[1]! > 10 ? neg(logP) : add(logP, logP);
      },
    });
    expect(() => emitLoss('piecewise', 'tfjs')).toThrow(
      'emit piecewise: expected a loss whose operations are the same for every number of classes, received others (add, neg)',
    );
    removeLoss('piecewise');
  });

  test('penalties, parameters that do not fit every k, wrong names', () => {
    expect(() => emitLoss('anl-ce:delta=0.1', 'pytorch')).toThrow(
      'received one with a penalty of 0.1 times the sum of the absolute weights of the network; leave the penalty out (delta=0)',
    );
    expect(() => emitLoss('nnce:minProb=0.1', 'pytorch')).toThrow(
      'emit nnce:minProb=0.1: expected a loss for every number of classes, received loss nnce, minProb: expected a number below 1/k for 17 classes',
    );
    expect(() => emitLoss('ce', 'pytorch', { name: '1st' })).toThrow(
      'name of the function: expected letters, digits and _, no digit first, received "1st"',
    );
    expect(() => emitLoss('ce', 'pytorch', { name: 'class' })).toThrow(
      'name of the function: expected a name that is no word of the language, received "class"',
    );
    expect(() => emitLoss('ce', 'torch' as 'pytorch')).toThrow('expected one of pytorch, jax');
  });
});

test('functions are named after the loss, or as asked', () => {
  const nameOf = (spec: string, name?: string) =>
    /^def (\w+)/m.exec(emitLoss(spec, 'pytorch', { name }))![1];
  expect(nameOf('nce+rce:alpha=2')).toBe('nce_rce_loss');
  expect(nameOf('symmetrize(gce:q=0.7)')).toBe('symmetrize_gce_loss');
  expect(nameOf('0.5*ce + 2*logit-clip(mae):temp=2')).toBe('ce_logit_clip_mae_loss');
  expect(nameOf('ce', 'robust')).toBe('robust');
  expect(emitLoss('alpha-mae', 'tfjs')).toContain('export function alphaMaeLoss(scores');
});

const python = '/usr/bin/python3';
const hasPython = spawnSync(python, ['--version']).status === 0;

test.skipIf(!hasPython)('Python reads what is written for it, tests included', () => {
  const codes = ['pytorch', 'jax', 'tensorflow'].flatMap((target) =>
    specs.map((spec) => emitLoss(spec, target as 'jax', { test: true })),
  );
  const script = 'import ast, json, sys\nfor code in json.load(sys.stdin): ast.parse(code)';
  const run = spawnSync(python, ['-c', script], {
    input: JSON.stringify(codes),
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
});
