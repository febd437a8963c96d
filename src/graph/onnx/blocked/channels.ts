import { sizeOf } from '../../../core/index.ts';
import type { Expr, NodeOf } from '../../expr.ts';
import { scalarValue } from '../../ops.ts';
import { blockedDomain } from '../emitter.ts';
import type { Values } from '../values.ts';

/** What the convolution that does a `channelAffine` can do in passing. */
export interface Passing {
  /** A blocked value to add. */
  readonly sum?: string;
  readonly relu?: boolean;
}

/** `x·scale + shift (+ sum), (relu)` in one pass: a convolution of each channel with one weight. */
export function emitAffine(
  node: NodeOf<'channelAffine'>,
  values: Values,
  { sum, relu = false }: Passing = {},
): string {
  const [x, scale, shift] = node.inputs as [Expr, Expr, Expr];
  const e = values.emitter;
  const whole = values.whole(node.shape[1] as number);
  const weight = e.reshape(wholeVector(scale, values), [whole, 1, 1, 1]);
  const isShifted = scalarValue(shift) !== 0;
  const bias = isShifted ? [wholeVector(shift, values)] : sum === undefined ? [] : [''];
  const operands = [values.blocked(x), weight, ...bias, ...(sum === undefined ? [] : [sum])];
  return e.node(
    'Conv',
    operands,
    { kernel_shape: [1, 1], group: whole, ...(relu && { activation: 'Relu' }) },
    blockedDomain,
  );
}

/** Left to a sum or a relu that takes it and can do it in its own pass. */
export function lowerChannelAffine(node: NodeOf<'channelAffine'>, values: Values): boolean {
  const [x] = node.inputs as [Expr];
  if (node.shape.length !== 4 || !values.isBlocked(x)) return false;
  if (values.defer(node, ['add', 'relu'])) return true;
  values.setBlocked(node, emitAffine(node, values));
  return true;
}

export function lowerChannelDot(node: NodeOf<'channelDot'>, values: Values): boolean {
  const [a, b] = node.inputs as [Expr, Expr];
  if (a.shape.length !== 4 || !(values.isBlocked(a) || values.isBlocked(b))) return false;
  const product = values.emitter.node('Mul', [values.blocked(a), values.blocked(b)]);
  values.setPlain(node, channelSums(a, product, values));
  return true;
}

export function lowerChannelMoments(node: NodeOf<'channelMoments'>, values: Values): boolean {
  const [x] = node.inputs as [Expr];
  if (x.shape.length !== 4 || !values.isBlocked(x)) return false;
  const e = values.emitter;
  const name = values.blocked(x);
  const rows = [name, e.node('Mul', [name, name])].map((value) =>
    e.reshape(channelSums(x, value, values), [1, x.shape[1] as number]),
  );
  values.setPlain(node, e.node('Concat', rows, { axis: 0 }));
  return true;
}

/** Sums over places, or over images and places: by the mean of each image's channel. */
export function lowerSum(node: NodeOf<'sum'>, values: Values): boolean {
  const [x] = node.inputs as [Expr];
  const axes = String(node.attrs.axes);
  if (x.shape.length !== 4 || !values.isBlocked(x)) return false;
  if (axes === '0,2,3') {
    const sums = channelSums(x, values.blocked(x), values);
    values.setPlain(node, values.emitter.reshape(sums, node.shape));
    return true;
  }
  if (axes !== '2,3') return false;
  const [n, c] = x.shape as [number, number];
  const sums = cut(imageSums(x, values.blocked(x), values), [n, c], values);
  values.setPlain(node, values.emitter.reshape(sums, node.shape));
  return true;
}

/** The sums of each channel of a blocked value of x's shape: [c]. */
function channelSums(x: Expr, name: string, values: Values): string {
  const e = values.emitter;
  const total = e.node('ReduceSum', [imageSums(x, name, values), e.integers([0])], { keepdims: 0 });
  return cut(total, [x.shape[1] as number], values);
}

/** The sums of each channel of each image: [n, whole channels]. */
function imageSums(x: Expr, name: string, values: Values): string {
  const e = values.emitter;
  const means = e.node('GlobalAveragePool', [name], {}, blockedDomain);
  const rows = e.reshape(means, [x.shape[0] as number, values.whole(x.shape[1] as number)]);
  return e.node('Mul', [rows, e.scalar('float32', sizeOf(x.shape.slice(2)))]);
}

/** Cuts the channels that fill up the last block off the last axis. */
function cut(name: string, shape: readonly number[], values: Values): string {
  const c = shape.at(-1) as number;
  if (values.whole(c) === c) return name;
  const e = values.emitter;
  return e.node('Slice', [name, e.integers([0]), e.integers([c]), e.integers([-1])]);
}

/** A vector [c] filled up with zeros to whole blocks. */
function wholeVector(x: Expr, values: Values): string {
  return values.derived('whole', x, () => values.padChannels(values.plain(x), x.shape, [0]));
}
