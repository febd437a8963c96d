import type { Expr, Program } from '../graph/index.ts';
import {
  abs,
  add,
  cast,
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  div,
  exp,
  grad,
  input,
  less,
  logSoftmax,
  logSumExp,
  matMul,
  maxPool as maxPool2d,
  mul,
  neg,
  oneHot,
  program,
  relu,
  sub,
  sum,
  where,
} from '../graph/index.ts';
import type { Layer } from '../nn/index.ts';
import { batchNorm, conv, dense, flatten, maxPool, named, Scope, sequential } from '../nn/index.ts';

/* Programs that a device is tried with. Each output is called what it checks. */

const same = { pads: [1, 1, 1, 1] } as const;

/** What providers of onnxruntime were found to get wrong, and a training step. */
export function singleProgram(): Program {
  return program({
    ...convolutions(),
    ...pools(),
    ...logarithms(),
    ...trainingStep(),
  });
}

/** What float16 computes in mixed precision, a training step, and how numbers that are too large are found. */
export function mixedProgram(): Program {
  return program({
    ...convolutions(),
    ...products(),
    ...trainingStep(),
    ...overflows(),
  });
}

/** Numbers of channels and images that are multiples of 3 and not of 4, and groups. */
function convolutions(): Record<string, Expr> {
  const forward = (n: number, c: number, o: number, groups = 1) =>
    conv2d(input(`x ${c}`, [n, c, 5, 5]), input(`w ${c}`, [o, c / groups, 3, 3]), {
      ...same,
      groups,
    });
  const byInput = (n: number, c: number, o: number, groups = 1) => {
    const g = input(`g ${o}`, [n, o, 5, 5]);
    const w = input(`w ${c}`, [o, c / groups, 3, 3]);
    return conv2dInputGrad(g, w, [n, c, 5, 5], { ...same, groups });
  };
  const byWeight = (n: number, c: number, o: number, groups = 1) => {
    const [x, g] = [input(`x of ${n}`, [n, c, 5, 5]), input(`g of ${n}`, [n, o, 5, 5])];
    return conv2dWeightGrad(x, g, [o, c / groups, 3, 3], { ...same, groups });
  };
  return {
    'convolution of 3 channels': forward(2, 3, 4),
    'convolution of 6 channels': forward(2, 6, 4),
    'convolution in 2 groups': forward(2, 8, 4, 2),
    'gradient of a convolution to 18 channels': byInput(2, 4, 18),
    'gradient of a convolution in 2 groups': byInput(2, 10, 8, 2),
    'gradient of a weight over 6 images': byWeight(6, 4, 8),
    'gradient of a weight over 30 images': byWeight(30, 2, 4),
    'gradient of a weight in 2 groups': byWeight(2, 8, 4, 2),
  };
}

function products(): Record<string, Expr> {
  const product = (a: readonly number[], b: readonly number[], transA: boolean, transB: boolean) =>
    matMul(input(`a ${a}`, a), input(`b ${b}`, b), { transA, transB });
  return {
    'matrix product': product([6, 20], [20, 9], false, false),
    'product with a transposed matrix on the left': product([20, 6], [20, 9], true, false),
    'product with a transposed matrix on the right': product([6, 20], [9, 20], false, true),
  };
}

/** A step that overflows is seen by the sum of squares of its gradients, and what was before it is kept. */
function overflows(): Record<string, Expr> {
  const x = input('x', [1, 1]);
  const large = add(mul(x, 1000), 2000);
  const infinite = exp(add(mul(x, 0), 1000));
  const fits = (y: Expr) => less(sum(mul(y, y)), 2 ** 120);
  const none = sub(infinite, infinite);
  return {
    'product that is too large': cast(less(abs(matMul(large, large)), 500_000), 'float32'),
    infinity: cast(fits(infinite), 'float32'),
    'result that is no number': cast(fits(none), 'float32'),
    'choice between a number and none': where(fits(none), none, x),
  };
}

/** A window that overlaps others, and one that leaves a rest. */
function pools(): Record<string, Expr> {
  const x = input('images', [2, 3, 5, 5]);
  const overlapping = maxPool2d(x, [3, 3], { strides: [2, 2], ...same });
  const rest = maxPool2d(x, [2, 2], { strides: [2, 2] });
  return {
    'overlapping pooling': overlapping,
    'gradient of overlapping pooling': gradientOf(overlapping, x),
    'gradient of pooling with a rest': gradientOf(rest, x),
  };
}

function gradientOf(y: Expr, x: Expr): Expr {
  return grad(sum(mul(y, y)), [x])[0] as Expr;
}

function logarithms(): Record<string, Expr> {
  const scores = input('scores', [6, 3]);
  const far = mul(scores, 1000);
  return {
    'log-softmax': logSoftmax(scores),
    'log-softmax of scores near 1000': logSoftmax(far),
    'log-sum-exp of scores near 1000': logSumExp(far, 1),
  };
}

/** One step of SGD with momentum on a small convolutional network. */
function trainingStep(): Record<string, Expr> {
  const [n, k] = [6, 3];
  const network: Layer = sequential(
    named('conv', conv(6, 3)),
    named('norm', batchNorm()),
    relu,
    maxPool(3, { stride: 2, padding: 1 }),
    flatten,
    named('output', dense(k)),
  );
  const scope = new Scope('train');
  const scores = network(input('pixels', [n, 3, 6, 6]), scope);
  const targets = oneHot(input('labels', [n], 'int32'), k);
  const objective = div(neg(sum(mul(targets, logSoftmax(scores)))), n);
  const parameters = scope.variables.filter(({ kind }) => kind === 'parameter');
  const gradients = grad(
    objective,
    parameters.map(({ expr }) => expr),
  );
  const updated = parameters.map(({ name, expr }, i) => {
    const velocity = mul(input(`velocity of ${name}`, expr.shape), 0.9);
    const next = sub(expr, mul(add(velocity, gradients[i] as Expr), 0.1));
    return [`${name} after a training step`, next] as const;
  });
  return { 'loss of a training step': objective, ...Object.fromEntries(updated) };
}
