import type { Expr, NodeOf } from '../../expr.ts';
import { kernelOf } from '../../image/windows.ts';
import type { Pads } from '../../op.ts';
import { blockedDomain } from '../emitter.ts';
import { weightGradWindow, window } from '../image.ts';
import type { Values } from '../values.ts';
import { filter, turnedFilter } from './filters.ts';

type Size4 = readonly [number, number, number, number];

/** The blocked convolution; it takes images of less than a block of channels as they are. */
export function lowerConv(node: NodeOf<'conv2d'>, values: Values): boolean {
  const [x, w] = node.inputs as [Expr, Expr];
  const [o, c] = w.shape as Size4;
  if (node.attrs.groups !== 1 || o < values.block) return false;
  const images = c < values.block ? values.plain(x) : values.blocked(x);
  const attributes = window(kernelOf(w.shape), node.attrs);
  const operands = [images, filter(w, values)];
  values.setBlocked(node, values.emitter.node('Conv', operands, attributes, blockedDomain));
  return true;
}

/**
 * Convolutions of the gradient with the turned weight: one for each remainder of a place's row and
 * column by the strides, since those places met the same taps; their results are interleaved.
 */
export function lowerInputGrad(node: NodeOf<'conv2dInputGrad'>, values: Values): boolean {
  const [g, w] = node.inputs as [Expr, Expr];
  const { strides, groups } = node.attrs;
  const [o, c] = w.shape as Size4;
  const [, , height, width] = node.shape as Size4;
  const isEven = height % strides[0] === 0 && width % strides[1] === 0;
  if (groups !== 1 || o < values.block || c < values.block || !isEven) return false;
  const down = phases(node, 0);
  const across = phases(node, 1);
  if ([...down, ...across].some(({ pads }) => pads.some((p) => p < 0))) return false;
  const [, , , kw] = w.shape as Size4;
  const grid = down.map((row) =>
    across.map((column) => {
      if (row.taps.length === 0 || column.taps.length === 0) return undefined;
      const taps = row.taps.flatMap((i) => column.taps.map((j) => i * kw + j));
      const size = [row.taps.length, column.taps.length] as const;
      const pads: Pads = [row.pads[0], column.pads[0], row.pads[1], column.pads[1]];
      return values.emitter.node(
        'Conv',
        [values.blocked(g), turnedFilter(w, taps, size, values)],
        window(size, { strides: [1, 1], pads }),
        blockedDomain,
      );
    }),
  );
  values.setBlocked(node, interleave(grid, node.shape, values));
  return true;
}

interface Phase {
  /** Taps that these places met, the last first: the kernel is turned. */
  readonly taps: readonly number[];
  readonly pads: readonly [number, number];
}

/**
 * Along one axis: place h = s·q + r met tap t at output (h + p − t)/s, so its taps are those of
 * t ≡ r + p (mod s), and its gradient is a convolution over the outputs around q.
 */
function phases(node: NodeOf<'conv2dInputGrad'>, axis: 0 | 1): Phase[] {
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

/** Puts the phases [n, c, h/s, w/s] of a blocked image together; those that are missing are 0. */
function interleave(
  grid: readonly (readonly (string | undefined)[])[],
  shape: readonly number[],
  values: Values,
): string {
  const { emitter: e, block } = values;
  const only = grid[0]?.[0];
  if (grid.length === 1 && grid[0]?.length === 1 && only !== undefined) return only;
  const [n, c, height, width] = shape as unknown as Size4;
  const rows = (n * values.whole(c) * height) / block / grid.length;
  const columns = width / (grid[0]?.length ?? 1);
  const zeros = (size: readonly number[]) =>
    e.node('Expand', [e.scalar('float32', 0), e.integers(size)]);
  const lines = grid.map((phases) => {
    const parts = phases.map((phase) =>
      phase === undefined
        ? zeros([rows * columns, block])
        : e.reshape(phase, [rows * columns, block]),
    );
    const joined = parts.length === 1 ? (parts[0] as string) : e.node('Concat', parts, { axis: 1 });
    return e.reshape(joined, [rows, width * block]);
  });
  const joined = lines.length === 1 ? (lines[0] as string) : e.node('Concat', lines, { axis: 1 });
  return e.reshape(joined, [n, values.whole(c), height, width]);
}

/**
 * The convolution of `conv2dWeightGrad` (see there) with the images as blocked channels, so it
 * needs whole blocks of them. The blocked kernel is slow at padding, so x is padded first.
 */
export function lowerWeightGrad(node: NodeOf<'conv2dWeightGrad'>, values: Values): boolean {
  const [x, g] = node.inputs as [Expr, Expr];
  const [o, c] = node.shape as Size4;
  const [n, , height, width] = x.shape as Size4;
  const { emitter: e, block } = values;
  if (node.attrs.groups !== 1 || o < block || n % block !== 0) return false;
  const geometry = weightGradWindow(x.shape, node.shape, g.shape, node.attrs);
  const { pads, ...attributes } = geometry.window;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const rows = e.reshape(channelsLast(x, values), [n, height, width * c]);
  const [cutRows, cutColumns] = geometry.crop;
  const padded = [top, left, bottom - cutRows, right - cutColumns];
  const framed = padded.every((p) => p === 0)
    ? rows
    : e.node('Pad', [rows, e.integers([0, top, left, 0, bottom - cutRows, right - cutColumns])]);
  const size = [height + top + bottom - cutRows, width * c + left + right - cutColumns];
  const images = e.node('ReorderInput', [e.reshape(framed, [1, n, ...size])], {}, blockedDomain);
  const [, , gh, gw] = g.shape as Size4;
  const whole = values.whole(o);
  const blocks = e.reshape(values.blocked(g), [n / block, block, whole / block, gh * gw, block]);
  const kernel = e.node('Transpose', [blocks], { perm: [2, 0, 3, 1, 4] });
  const taps = e.node(
    'Conv',
    [images, e.reshape(kernel, [whole, n, gh, gw])],
    attributes,
    blockedDomain,
  );
  const byTap = e.node('ReorderOutput', [taps], { channels: o }, blockedDomain);
  values.setPlain(node, channelsFirst(byTap, node.shape as unknown as Size4, values));
  return true;
}

/** [o, kh, kw, c] in memory to [o, c, kh, kw]; by way of blocks where channels suit them, which is faster. */
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
