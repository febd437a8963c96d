import type { Expr, NodeOf } from '../../expr.ts';
import { kernelOf } from '../../image/windows.ts';
import type { Pads } from '../../op.ts';
import { blockedDomain } from '../emitter.ts';
import { weightGradWindow, window } from '../image.ts';
import type { BlockedRule } from '../rules.ts';
import type { Values } from '../values.ts';
import { filter, flippedFilter } from './filters.ts';

type Size4 = readonly [number, number, number, number];

/** The blocked convolution; it reads images of fewer channels than a block in plain layout. */
export const conv2d: BlockedRule<'conv2d'> = {
  applies: ({ shape, attrs }, { block }) => {
    const [, o] = shape as Size4;
    return attrs.groups === 1 && o >= block;
  },
  result: 'blocked',
  lower: ({ inputs, attrs }, values) => {
    const [x, w] = inputs as [Expr, Expr];
    const [, c] = w.shape as Size4;
    const images = c < values.block ? values.plain(x) : values.blocked(x);
    const operands = [images, filter(w, values)];
    return values.emitter.node('Conv', operands, window(kernelOf(w.shape), attrs), blockedDomain);
  },
};

/**
 * Convolutions of the gradient with the flipped kernel, one for each remainder of an input's row and
 * column modulo the strides: inputs of the same remainders met the same kernel elements. The results
 * are interleaved.
 */
export const conv2dInputGrad: BlockedRule<'conv2dInputGrad'> = {
  applies: (node, { block }) => {
    const [, w] = node.inputs as [Expr, Expr];
    const { strides, groups } = node.attrs;
    const [o, c] = w.shape as Size4;
    const [, , height, width] = node.shape as Size4;
    const isEven = height % strides[0] === 0 && width % strides[1] === 0;
    if (groups !== 1 || o < block || c < block || !isEven) return false;
    const all = [...remainders(node, 0), ...remainders(node, 1)];
    return all.every(({ pads }) => pads.every((p) => p >= 0));
  },
  result: 'blocked',
  lower: (node, values) => {
    const [g, w] = node.inputs as [Expr, Expr];
    const [, , , kw] = w.shape as Size4;
    const across = remainders(node, 1);
    const grid = remainders(node, 0).map((row) =>
      across.map((column) => {
        if (row.taps.length === 0 || column.taps.length === 0) return undefined;
        const taps = row.taps.flatMap((i) => column.taps.map((j) => i * kw + j));
        const size = [row.taps.length, column.taps.length] as const;
        const pads: Pads = [row.pads[0], column.pads[0], row.pads[1], column.pads[1]];
        return values.emitter.node(
          'Conv',
          [values.blocked(g), flippedFilter(w, taps, size, values)],
          window(size, { strides: [1, 1], pads }),
          blockedDomain,
        );
      }),
    );
    return interleave(grid, node.shape, values);
  },
};

/** The inputs of one remainder modulo the stride, along one axis. */
interface Remainder {
  /** The kernel elements that these inputs met, the last first: the kernel is flipped. */
  readonly taps: readonly number[];
  readonly pads: readonly [number, number];
}

/**
 * Along one axis: input h = s·q + r met kernel element t at output (h + p − t)/s, so its elements are
 * those of t ≡ r + p (mod s), and its gradient is a convolution over the outputs around q.
 */
function remainders(node: NodeOf<'conv2dInputGrad'>, axis: 0 | 1): Remainder[] {
  const [g, w] = node.inputs as [Expr, Expr];
  const kernel = w.shape[axis + 2] as number;
  const outputs = g.shape[axis + 2] as number;
  const size = node.shape[axis + 2] as number;
  const stride = node.attrs.strides[axis];
  const pad = node.attrs.pads[axis];
  return Array.from({ length: stride }, (_, r) => {
    const first = (r + pad) % stride;
    const count = Math.max(0, Math.ceil((kernel - first) / stride));
    const taps = Array.from({ length: count }, (_, i) => first + stride * (count - 1 - i));
    const before = count - 1 - (r + pad - first) / stride;
    const after = size / stride + count - 1 - outputs - before;
    return { taps, pads: count === 0 ? ([0, 0] as const) : ([before, after] as const) };
  });
}

/** Interleaves the parts [n, c, h/s, w/s] of a blocked image; those that are missing are 0. */
function interleave(
  grid: readonly (readonly (string | undefined)[])[],
  shape: readonly number[],
  values: Values,
): string {
  const { emitter: e, block } = values;
  const only = grid[0]?.[0];
  if (grid.length === 1 && grid[0]?.length === 1 && only !== undefined) return only;
  const [n, c, height, width] = shape as unknown as Size4;
  const rows = (n * values.roundUp(c) * height) / block / grid.length;
  const columns = width / (grid[0]?.length ?? 1);
  const zeros = (size: readonly number[]) =>
    e.node('Expand', [e.scalar('float32', 0), e.integers(size)]);
  const lines = grid.map((names) => {
    const parts = names.map((name) =>
      name === undefined
        ? zeros([rows * columns, block])
        : e.reshape(name, [rows * columns, block]),
    );
    const joined = parts.length === 1 ? (parts[0] as string) : e.node('Concat', parts, { axis: 1 });
    return e.reshape(joined, [rows, width * block]);
  });
  const joined = lines.length === 1 ? (lines[0] as string) : e.node('Concat', lines, { axis: 1 });
  return e.reshape(joined, [n, values.roundUp(c), height, width]);
}

/**
 * The convolution of `conv2dWeightGrad` in plain layout (see there), with the batch as the blocked
 * channels, so it has to be a multiple of the block. The blocked kernel is slow at padding, so x is
 * padded first.
 */
export const conv2dWeightGrad: BlockedRule<'conv2dWeightGrad'> = {
  applies: ({ inputs: [x], shape, attrs }, { block }) => {
    const [o] = shape as Size4;
    const [n] = (x as Expr).shape as Size4;
    return attrs.groups === 1 && o >= block && n % block === 0;
  },
  result: 'plain',
  lower: ({ inputs, shape, attrs }, values) => {
    const [x, g] = inputs as [Expr, Expr];
    const [o, c] = shape as Size4;
    const [n, , height, width] = x.shape as Size4;
    const { emitter: e, block } = values;
    const geometry = weightGradWindow(x.shape, shape, g.shape, attrs);
    const { pads, ...attributes } = geometry.window;
    const [top, left, bottom, right] = pads as [number, number, number, number];
    const rows = e.reshape(channelsLast(x, values), [n, height, width * c]);
    const [cutRows, cutColumns] = geometry.crop;
    const ends = [top, left, bottom - cutRows, right - cutColumns] as const;
    const padded = ends.every((p) => p === 0)
      ? rows
      : e.node('Pad', [rows, e.integers([0, top, left, 0, ends[2], ends[3]])]);
    const size = [height + top + ends[2], width * c + left + ends[3]];
    const images = e.node('ReorderInput', [e.reshape(padded, [1, n, ...size])], {}, blockedDomain);
    const [, , gh, gw] = g.shape as Size4;
    const channels = values.roundUp(o);
    const blocks = [n / block, block, channels / block, gh * gw, block];
    const split = e.reshape(values.blocked(g), blocks);
    const kernel = e.node('Transpose', [split], { perm: [2, 0, 3, 1, 4] });
    const taps = e.node(
      'Conv',
      [images, e.reshape(kernel, [channels, n, gh, gw])],
      attributes,
      blockedDomain,
    );
    const byTap = e.node('ReorderOutput', [taps], { channels: o }, blockedDomain);
    return channelsFirst(byTap, shape as unknown as Size4, values);
  },
};

/** [o, kh, kw, c] in memory to [o, c, kh, kw]; by way of blocks where c allows it, which is faster. */
function channelsFirst(name: string, [o, c, kh, kw]: Size4, { emitter: e, block }: Values): string {
  const images = e.reshape(name, [o, kh, kw, c]);
  if (c < block || c % 4 !== 0) return e.node('Transpose', [images], { perm: [0, 3, 1, 2] });
  const blocked = e.node('ReorderInput', [images], { channels_last: 1 }, blockedDomain);
  return e.node('ReorderOutput', [blocked], { channels: c }, blockedDomain);
}

/** [n, h, w, c] in memory. */
function channelsLast(x: Expr, values: Values): string {
  const { emitter: e } = values;
  const [, channels] = x.shape as Size4;
  if (channels < values.block || !values.isBlocked(x)) {
    return e.node('Transpose', [values.plain(x)], { perm: [0, 2, 3, 1] });
  }
  const attributes = { channels, channels_last: 1 };
  return e.node('ReorderOutput', [values.blocked(x)], attributes, blockedDomain);
}
