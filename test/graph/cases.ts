import type { AnyTensor, DType, Shape } from '../../src/core/index.ts';
import { fromNumbers, stream, tensor } from '../../src/core/index.ts';
import type { Expr, Op } from '../../src/graph/index.ts';
import * as g from '../../src/graph/index.ts';
import { imageCases } from './image-cases.ts';
import { stringCases } from './string-cases.ts';

/** One way to call an op: its inputs, and the expression of them. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly {
    readonly shape: Shape;
    readonly values?: readonly number[];
    readonly texts?: readonly string[];
    readonly dtype?: DType;
    readonly low?: number;
    readonly high?: number;
  }[];
  readonly build: (...inputs: Expr[]) => Expr;
  /** Points where the op has a kink or a jump would fail central differences. */
  readonly differentiable?: false;
}

const matrix = { shape: [3, 4] };
const positive = { shape: [3, 4], low: 0.1, high: 5 };
const bools = {
  shape: [3, 4],
  dtype: 'bool',
  values: [1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0],
} as const;
const otherBools = { shape: [4], dtype: 'bool', values: [1, 0, 1, 0] } as const;
const indices = { shape: [5], dtype: 'int64', values: [2, 0, 2, 1, 2] } as const;

function unary(f: (x: Expr) => Expr, ...extra: OpCase[]): OpCase[] {
  return [{ name: 'matrix', inputs: [matrix], build: f }, ...extra];
}

function binary(f: (a: Expr, b: Expr) => Expr): OpCase[] {
  return [
    { name: 'same shape', inputs: [matrix, { ...positive }], build: f },
    { name: 'row', inputs: [matrix, { shape: [4], low: 0.5, high: 2 }], build: f },
    { name: 'column', inputs: [{ shape: [3, 1] }, { shape: [1, 4], low: 0.5, high: 2 }], build: f },
    { name: 'scalar', inputs: [{ shape: [] }, positive], build: f },
    {
      name: 'rank 3',
      inputs: [{ shape: [2, 1, 4] }, { shape: [3, 1], low: 0.5, high: 2 }],
      build: f,
    },
  ];
}

function comparison(f: (a: Expr, b: Expr) => Expr): OpCase[] {
  const a = { shape: [6], values: [1, 2, 3, -1, 0, 5] };
  const b = { shape: [6], values: [1, 3, 2, -1, -0, 5.5] };
  return [
    { name: 'floats', inputs: [a, b], build: f },
    {
      name: 'integers',
      inputs: [
        { ...a, dtype: 'int64' },
        { shape: [1], dtype: 'int64', values: [2] },
      ],
      build: f,
    },
    {
      name: 'int32',
      inputs: [
        { ...a, dtype: 'int32' },
        { shape: [1], dtype: 'int32', values: [2] },
      ],
      build: f,
    },
  ];
}

function reduction(f: (x: Expr, axes?: g.Axes, keepDims?: boolean) => Expr): OpCase[] {
  const cube = { shape: [2, 3, 4] };
  return [
    { name: 'all', inputs: [cube], build: (x) => f(x) },
    { name: 'last', inputs: [cube], build: (x) => f(x, -1) },
    { name: 'first, kept', inputs: [cube], build: (x) => f(x, 0, true) },
    { name: 'outer two', inputs: [cube], build: (x) => f(x, [0, 2]) },
  ];
}

const inf = Number.POSITIVE_INFINITY;
const nearZero = { shape: [8], values: [1e-7, -1e-7, 3e-4, -3e-4, 0, 0.02, -0.02, 1] };
const far = { shape: [2, 3], values: [1e4, -1e4, 0, 1000, 999, -1000] };

/** Every op with its cases; total over the ops, so that a new op without a test does not compile. */
export const opCases: { readonly [O in Op]: readonly OpCase[] } = {
  input: [{ name: 'passed through', inputs: [matrix], build: (x) => x }],
  constant: [
    {
      name: 'tensor',
      inputs: [matrix],
      build: (x) => g.add(x, g.constant(fromNumbers(x.dtype, [4], [1, -2, 0.5, 3]))),
    },
    { name: 'alone', inputs: [], build: () => g.constant(7) },
  ],
  neg: unary(g.neg),
  exp: unary(g.exp),
  log: [{ name: 'positive', inputs: [positive], build: g.log }],
  expm1: unary(
    g.expm1,
    { name: 'near 0', inputs: [nearZero], build: g.expm1 },
    { name: 'far', inputs: [{ shape: [3], values: [-200, -30, 20] }], build: g.expm1 },
  ),
  log1p: [
    { name: 'positive', inputs: [positive], build: g.log1p },
    { name: 'near 0', inputs: [nearZero], build: g.log1p },
    {
      name: 'ends',
      inputs: [{ shape: [3], values: [-1, 1e30, Number.POSITIVE_INFINITY] }],
      build: g.log1p,
      differentiable: false,
    },
  ],
  sqrt: [{ name: 'positive', inputs: [positive], build: g.sqrt }],
  abs: unary(g.abs),
  sign: [
    {
      name: 'with 0',
      inputs: [{ shape: [3], values: [-2, 0, 3] }],
      build: g.sign,
      differentiable: false,
    },
  ],
  floor: [
    {
      name: 'integers and between',
      inputs: [{ shape: [8], values: [-2, -1.5, -1e-30, -0, 0, 0.999, 1, 1e9] }],
      build: g.floor,
      differentiable: false,
    },
  ],
  sin: unary(g.sin, {
    name: 'turns',
    inputs: [{ shape: [3, 4], low: -50, high: 50 }],
    build: g.sin,
  }),
  cos: unary(g.cos, {
    name: 'turns',
    inputs: [{ shape: [3, 4], low: -50, high: 50 }],
    build: g.cos,
  }),
  tanh: unary(g.tanh),
  sigmoid: unary(g.sigmoid, { name: 'far', inputs: [far], build: g.sigmoid }),
  erf: unary(g.erf, { name: 'gelu', inputs: [matrix], build: g.gelu }),
  relu: unary(g.relu),
  step: [
    {
      name: 'with 0',
      inputs: [{ shape: [5], values: [-2, -1e-30, 0, 1e-30, 3] }],
      build: g.step,
      differentiable: false,
    },
  ],
  pow: [2, 0.5, -1, 0.7, 3, 0].map((e) => ({
    name: `exponent ${e}`,
    inputs: [positive],
    build: (x: Expr) => g.pow(x, e),
  })),
  cast: [
    {
      name: 'to integer',
      inputs: [{ shape: [4], values: [1.7, -1.7, 0, 3] }],
      build: (x) => g.cast(x, 'int64'),
      differentiable: false,
    },
    {
      name: 'to bool',
      inputs: [{ shape: [3], values: [0, 0.5, -1] }],
      build: (x) => g.cast(x, 'bool'),
      differentiable: false,
    },
    {
      name: 'bool to float',
      inputs: [bools],
      build: (x) => g.cast(x, 'float32'),
      differentiable: false,
    },
  ],
  stopGradient: [
    { name: 'matrix', inputs: [matrix], build: g.stopGradient, differentiable: false },
    {
      name: 'within',
      inputs: [matrix],
      build: (x) => g.mul(g.stopGradient(g.exp(x)), 2),
      differentiable: false,
    },
  ],
  not: [{ name: 'bools', inputs: [bools], build: g.not, differentiable: false }],
  add: binary(g.add),
  sub: binary(g.sub),
  mul: binary(g.mul),
  div: binary(g.div),
  maximum: binary(g.maximum),
  minimum: binary(g.minimum),
  less: comparison(g.less),
  lessEqual: comparison(g.lessEqual),
  equal: comparison(g.equal),
  and: [{ name: 'broadcast', inputs: [bools, otherBools], build: g.and }],
  or: [{ name: 'broadcast', inputs: [bools, otherBools], build: g.or }],
  where: [
    { name: 'same shape', inputs: [bools, matrix, { shape: [3, 4] }], build: g.where },
    { name: 'broadcast', inputs: [otherBools, { shape: [3, 1] }, { shape: [] }], build: g.where },
  ],
  sum: reduction(g.sum),
  max: [
    ...reduction(g.max),
    {
      name: 'ties',
      inputs: [{ shape: [2, 3], values: [1, 1, 0, 2, 3, 3] }],
      build: (x) => g.max(x, 1),
      differentiable: false,
    },
  ],
  logSumExp: [
    ...reduction(g.logSumExp),
    { name: 'far', inputs: [far], build: (x) => g.logSumExp(x, 1) },
    {
      name: 'of infinities',
      inputs: [{ shape: [4, 2], values: [inf, 0, -inf, -inf, -inf, 1, 2, -inf] }],
      build: (x) => g.logSumExp(x, 1),
      differentiable: false,
    },
  ],
  argMax: [
    {
      name: 'last',
      inputs: [{ shape: [2, 3], values: [1, 3, 3, -1, -2, -1] }],
      build: (x) => g.argMax(x),
    },
    { name: 'first', inputs: [{ shape: [3, 2, 2] }], build: (x) => g.argMax(x, 0) },
    { name: 'middle', inputs: [{ shape: [3, 4, 2] }], build: (x) => g.argMax(x, 1) },
  ],
  softmax: [
    { name: 'last', inputs: [matrix], build: (x) => g.softmax(x) },
    { name: 'middle', inputs: [{ shape: [2, 3, 4] }], build: (x) => g.softmax(x, 1) },
    { name: 'far', inputs: [far], build: (x) => g.softmax(x) },
  ],
  logSoftmax: [
    { name: 'last', inputs: [matrix], build: (x) => g.logSoftmax(x) },
    { name: 'middle', inputs: [{ shape: [2, 3, 4] }], build: (x) => g.logSoftmax(x, 1) },
    { name: 'far', inputs: [far], build: (x) => g.logSoftmax(x) },
  ],
  matMul: [false, true].flatMap((transA) =>
    [false, true].flatMap((transB) => {
      const name = `${transA ? 'Aᵀ' : 'A'}${transB ? 'Bᵀ' : 'B'}`;
      const a = transA ? [3, 2] : [2, 3];
      const b = transB ? [4, 3] : [3, 4];
      const build = (x: Expr, y: Expr) => g.matMul(x, y, { transA, transB });
      return [
        { name, inputs: [{ shape: a }, { shape: b }], build },
        { name: `${name} batched`, inputs: [{ shape: [5, ...a] }, { shape: [5, ...b] }], build },
      ];
    }),
  ),
  reshape: [
    { name: 'flat', inputs: [matrix], build: (x) => g.reshape(x, [12]) },
    { name: 'split', inputs: [matrix], build: (x) => g.reshape(x, [3, 2, 2]) },
  ],
  transpose: [
    { name: 'matrix', inputs: [matrix], build: (x) => g.transpose(x) },
    { name: 'perm', inputs: [{ shape: [2, 3, 4] }], build: (x) => g.transpose(x, [2, 0, 1]) },
  ],
  broadcastTo: [
    { name: 'row', inputs: [{ shape: [4] }], build: (x) => g.broadcastTo(x, [3, 4]) },
    { name: 'middle', inputs: [{ shape: [2, 1, 4] }], build: (x) => g.broadcastTo(x, [2, 3, 4]) },
  ],
  slice: [
    { name: 'block', inputs: [{ shape: [4, 5] }], build: (x) => g.slice(x, [1, 0], [3, 5]) },
    { name: 'corner', inputs: [{ shape: [4, 5] }], build: (x) => g.slice(x, [2, 3], [4, 4]) },
    { name: 'all', inputs: [matrix], build: (x) => g.slice(x, [0, 0], [3, 4]) },
  ],
  concat: [
    { name: 'rows', inputs: [matrix, { shape: [2, 4] }], build: (a, b) => g.concat([a, b], 0) },
    {
      name: 'columns',
      inputs: [matrix, { shape: [3, 1] }, matrix],
      build: (a, b, c) => g.concat([a, b, c], 1),
    },
  ],
  pad: [{ name: 'around', inputs: [matrix], build: (x) => g.pad(x, [1, 0], [0, 2], 1.5) }],
  ...imageCases,
  gather: [
    { name: 'rows', inputs: [matrix, indices], build: g.gather },
    { name: 'int32', inputs: [{ shape: [3] }, { ...indices, dtype: 'int32' }], build: g.gather },
  ],
  oneHot: [
    { name: 'int64', inputs: [indices], build: (x) => g.oneHot(x, 3) },
    { name: 'int32', inputs: [{ ...indices, dtype: 'int32' }], build: (x) => g.oneHot(x, 4) },
  ],
  ...stringCases,
};

/** The case's inputs as tensors: given values or texts, or seeded ones from `low` to `high`. */
export function feedsOf(
  { inputs }: OpCase,
  float: 'float32' | 'float64',
): Record<string, AnyTensor> {
  const rng = stream(7, 'op cases');
  return Object.fromEntries(
    inputs.map(({ shape, values, texts, dtype, low = -2, high = 2 }, i) => {
      if (texts !== undefined) return [`x${i}`, tensor('string', shape, texts)];
      const size = shape.reduce((a, b) => a * b, 1);
      // multiples of 1/1024: exact in float32, so that both precisions see the same numbers
      const drawn = () => Math.round((low + (high - low) * rng.uniform()) * 1024) / 1024;
      const numbers = values ?? Array.from({ length: size }, drawn);
      return [`x${i}`, fromNumbers(dtype ?? float, shape, numbers)];
    }),
  );
}

/** The case as a program of the given precision. */
export function programOf(c: OpCase, float: 'float32' | 'float64'): g.Program {
  const inputs = c.inputs.map(({ shape, dtype }, i) => g.input(`x${i}`, shape, dtype ?? float));
  return g.program({ y: c.build(...inputs) });
}
