import { fromNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import type { ImageOp } from '../../src/graph/op.ts';
import type { OpCase } from './cases.ts';

interface Geometry extends g.ConvOptions {
  readonly name: string;
  /** [n, c, h, w] */
  readonly x: readonly number[];
  /** [o, c/groups, kh, kw] */
  readonly w: readonly number[];
  /** [n, o, h', w'] */
  readonly y: readonly number[];
}

const same = [1, 1, 1, 1] as const;

/** Few channels, which stay as they are, and enough to fill blocks, exactly or not. */
const geometries: readonly Geometry[] = [
  { name: 'plain', x: [2, 3, 5, 4], w: [2, 3, 3, 2], y: [2, 2, 3, 3] },
  { name: 'padded', x: [1, 2, 4, 4], w: [3, 2, 3, 3], y: [1, 3, 4, 4], pads: same },
  {
    name: 'lopsided pads and strides',
    x: [2, 2, 6, 5],
    w: [2, 2, 3, 3],
    y: [2, 2, 3, 6],
    pads: [0, 2, 1, 1],
    strides: [2, 1],
  },
  {
    name: 'a last row and column that no window reaches',
    x: [1, 2, 6, 6],
    w: [2, 2, 3, 3],
    y: [1, 2, 2, 2],
    strides: [2, 2],
  },
  { name: 'groups', x: [2, 4, 4, 3], w: [6, 2, 2, 2], y: [2, 6, 3, 2], groups: 2 },
  {
    name: 'each channel apart',
    x: [1, 3, 4, 4],
    w: [3, 1, 3, 3],
    y: [1, 3, 4, 4],
    groups: 3,
    pads: same,
  },
  // multiples of 3 that are none of 4 were found wrong in a layout of WebGPU's
  { name: 'six channels', x: [2, 6, 4, 4], w: [4, 6, 3, 3], y: [2, 4, 4, 4], pads: same },
  { name: 'to eighteen channels', x: [2, 4, 3, 3], w: [18, 4, 3, 3], y: [2, 18, 3, 3], pads: same },
  { name: 'six images', x: [6, 4, 4, 4], w: [8, 4, 3, 3], y: [6, 8, 4, 4], pads: same },
  { name: 'thirty images', x: [30, 3, 4, 4], w: [4, 3, 3, 3], y: [30, 4, 4, 4], pads: same },
  { name: 'whole blocks', x: [16, 16, 3, 4], w: [32, 16, 3, 3], y: [16, 32, 3, 4], pads: same },
  { name: 'part of a block', x: [16, 20, 3, 3], w: [18, 20, 3, 3], y: [16, 18, 3, 3], pads: same },
  { name: 'thin images', x: [16, 3, 4, 4], w: [16, 3, 3, 3], y: [16, 16, 4, 4], pads: same },
  { name: 'a batch of no whole blocks', x: [3, 16, 3, 3], w: [16, 16, 2, 2], y: [3, 16, 2, 2] },
  {
    name: 'blocks, stride 2',
    x: [16, 16, 4, 6],
    w: [16, 16, 3, 3],
    y: [16, 16, 2, 3],
    pads: same,
    strides: [2, 2],
  },
  {
    name: 'blocks, stride 2, one tap',
    x: [16, 17, 4, 4],
    w: [16, 17, 1, 1],
    y: [16, 16, 2, 2],
    strides: [2, 2],
  },
  {
    name: 'blocks, stride 2, an odd size',
    x: [16, 16, 5, 5],
    w: [16, 16, 3, 3],
    y: [16, 16, 3, 3],
    pads: same,
    strides: [2, 2],
  },
  {
    name: 'blocks, stride 2, 7 × 7',
    x: [16, 3, 8, 8],
    w: [16, 3, 7, 7],
    y: [16, 16, 4, 4],
    pads: [3, 3, 3, 3],
    strides: [2, 2],
  },
];

function convolutions(
  build: (c: Geometry, a: g.Expr, b: g.Expr) => g.Expr,
  first: 'x' | 'y',
  second: 'w' | 'y',
): OpCase[] {
  return geometries.map((c) => ({
    name: c.name,
    inputs: [{ shape: c[first] }, { shape: c[second] }],
    build: (a: g.Expr, b: g.Expr) => build(c, a, b),
    ...(isLarge(c) && { differentiable: false as const }),
  }));
}

/** Central differences take two runs per element; the gradients' own cases cover large shapes. */
function isLarge({ x }: Geometry): boolean {
  return x.reduce((a, b) => a * b, 1) > 200;
}

const image = { shape: [2, 3, 4, 6] };
const blocked = { shape: [2, 18, 4, 4] };
const channel = (c: number) => ({ shape: [c], low: 0.5, high: 2 });

interface Pool extends g.SlidingOptions {
  readonly name: string;
  readonly x: readonly number[];
  readonly kernel: readonly [number, number];
  readonly y: readonly number[];
}

const pools: readonly Pool[] = [
  { name: 'tiles', x: [2, 2, 4, 6], kernel: [2, 3], strides: [2, 3], y: [2, 2, 2, 2] },
  {
    name: 'overlapping',
    x: [1, 2, 5, 5],
    kernel: [3, 3],
    strides: [2, 2],
    pads: same,
    y: [1, 2, 3, 3],
  },
  { name: 'every place', x: [1, 1, 4, 4], kernel: [2, 2], y: [1, 1, 3, 3] },
  { name: 'a rest', x: [1, 2, 5, 5], kernel: [2, 2], strides: [2, 2], y: [1, 2, 2, 2] },
];

/** Through a convolution with the identity, so that the pool gets its images blocked. */
const throughBlocks = (x: g.Expr): g.Expr => {
  const c = x.shape[1]!;
  const identity = Array.from({ length: c * c }, (_, i) => Number(i % (c + 1) === 0));
  return g.conv2d(x, g.constant(fromNumbers(x.dtype, [c, c, 1, 1], identity)));
};

function pooling(build: (c: Pool, x: g.Expr) => g.Expr): OpCase[] {
  return pools.flatMap((c) => [
    { name: c.name, inputs: [{ shape: c.x }], build: (x: g.Expr) => build(c, x) },
    {
      name: `${c.name}, blocked`,
      inputs: [{ shape: [2, 17, ...c.x.slice(2)] }],
      build: (x: g.Expr) => build(c, throughBlocks(x)),
      differentiable: false as const,
    },
  ]);
}

function poolGradients(): OpCase[] {
  const gradient = (c: Pool, x: g.Expr, up: g.Expr) =>
    g.maxPoolGrad(x, g.maxPool(x, c.kernel, c), up, c);
  return pools.flatMap((c) => {
    const tied = Array.from({ length: c.x.reduce((a, b) => a * b, 1) }, (_, i) => (i * i) % 3);
    return [
      {
        name: c.name,
        inputs: [{ shape: c.x }, { shape: c.y }],
        build: (x: g.Expr, up: g.Expr) => gradient(c, x, up),
        differentiable: false as const,
      },
      {
        name: `${c.name}, ties`,
        inputs: [{ shape: c.x, values: tied }, { shape: c.y }],
        build: (x: g.Expr, up: g.Expr) => gradient(c, x, up),
        differentiable: false as const,
      },
      {
        name: `${c.name}, below 0, where padding is 0`,
        inputs: [{ shape: c.x, low: -3, high: -1 }, { shape: c.y }],
        build: (x: g.Expr, up: g.Expr) => gradient(c, g.relu(x), up),
        differentiable: false as const,
      },
      {
        name: `${c.name}, blocked`,
        inputs: [{ shape: [2, 17, ...c.x.slice(2)] }, { shape: [2, 17, ...c.y.slice(2)] }],
        build: (x: g.Expr, up: g.Expr) => gradient(c, g.relu(throughBlocks(x)), up),
        differentiable: false as const,
      },
    ];
  });
}

export const imageCases: { readonly [O in ImageOp]: readonly OpCase[] } = {
  conv2d: convolutions((c, x, w) => g.conv2d(x, w, c), 'x', 'w'),
  conv2dInputGrad: convolutions((c, up, w) => g.conv2dInputGrad(up, w, c.x, c), 'y', 'w'),
  conv2dWeightGrad: convolutions((c, x, up) => g.conv2dWeightGrad(x, up, c.w, c), 'x', 'y'),
  maxPool: pooling((c, x) => g.maxPool(x, c.kernel, c)),
  maxPoolGrad: poolGradients(),
  avgPool: pooling((c, x) => g.avgPool(x, c.kernel, c)),
  channelAffine: [
    {
      name: 'image',
      inputs: [image, channel(3), { shape: [3] }],
      build: (x, s, b) => g.channelAffine(x, s, b),
    },
    {
      name: 'rows',
      inputs: [{ shape: [4, 3] }, channel(3), { shape: [3] }],
      build: (x, s, b) => g.channelAffine(x, s, b),
    },
    {
      name: 'image, relu',
      inputs: [image, channel(3), { shape: [3] }],
      build: (x, s, b) => g.channelAffine(x, s, b, { relu: true }),
    },
    {
      name: 'rows, addend',
      inputs: [{ shape: [4, 3] }, channel(3), { shape: [3] }, { shape: [4, 3] }],
      build: (x, s, b, addend) => g.channelAffine(x, s, b, { addend }),
    },
    {
      name: 'image, addend, relu',
      inputs: [image, channel(3), { shape: [3] }, image],
      build: (x, s, b, addend) => g.channelAffine(x, s, b, { addend, relu: true }),
    },
    {
      name: 'blocked, relu',
      inputs: [blocked, channel(18), { shape: [18] }],
      build: (x, s, b) => g.relu(g.channelAffine(throughBlocks(x), s, b)),
      differentiable: false,
    },
    {
      name: 'blocked, sum with a shortcut, relu',
      inputs: [blocked, channel(18), { shape: [18] }],
      build: (x, s, b) => g.relu(g.add(g.channelAffine(throughBlocks(x), s, b), x)),
      differentiable: false,
    },
    {
      name: 'blocked, sum of two, the second without shift',
      inputs: [blocked, channel(18), { shape: [18] }],
      build: (x, s, b) => {
        const y = throughBlocks(x);
        const zero = g.full([18], 0, x.dtype);
        return g.add(g.channelAffine(y, s, b), g.channelAffine(g.mul(y, y), s, zero));
      },
      differentiable: false,
    },
    {
      name: 'blocked, used twice',
      inputs: [blocked, channel(18), { shape: [18] }],
      build: (x, s, b) => {
        const y = g.channelAffine(throughBlocks(x), s, b);
        return g.sub(g.mul(g.relu(y), 0.5), g.maximum(y, g.neg(g.step(y))));
      },
      differentiable: false,
    },
  ],
  channelDot: [
    { name: 'image', inputs: [image, image], build: g.channelDot },
    { name: 'rows', inputs: [{ shape: [4, 3] }, { shape: [4, 3] }], build: g.channelDot },
    {
      name: 'blocked',
      inputs: [blocked, blocked],
      build: (a, b) => g.channelDot(throughBlocks(a), b),
      differentiable: false,
    },
  ],
  channelMoments: [
    { name: 'image', inputs: [image], build: g.channelMoments },
    { name: 'rows', inputs: [{ shape: [4, 3] }], build: g.channelMoments },
    {
      name: 'blocked',
      inputs: [blocked],
      build: (x) => g.channelMoments(throughBlocks(x)),
      differentiable: false,
    },
    {
      name: 'blocked, sums over places and over images',
      inputs: [blocked],
      build: (x) => {
        const y = throughBlocks(x);
        return g.add(g.sum(y, [2, 3]), g.sum(y, [0, 2, 3]));
      },
      differentiable: false,
    },
  ],
};
