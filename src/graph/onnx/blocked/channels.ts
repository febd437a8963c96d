import { sizeOf } from '../../../core/index.ts';
import type { Expr } from '../../expr.ts';
import { scalarValue } from '../../ops.ts';
import { blockedDomain } from '../emitter.ts';
import type { BlockedRule } from '../rules.ts';
import type { Values } from '../values.ts';

/** A depthwise 1 × 1 convolution, addend and relu included: one pass. */
export const channelAffine: BlockedRule<'channelAffine'> = {
  applies: ({ inputs: [x] }, { isBlocked }) => isBlocked(x as Expr),
  result: 'blocked',
  lower: ({ inputs, shape, attrs: { relu } }, values) => {
    const [x, scale, shift, ...addends] = inputs as [Expr, Expr, Expr, ...Expr[]];
    const e = values.emitter;
    const sums = addends.map((addend) => values.blocked(addend));
    const channels = values.roundUp(shape[1] as number);
    const weight = e.reshape(paddedVector(scale, values), [channels, 1, 1, 1]);
    const isShifted = scalarValue(shift) !== 0;
    const bias = isShifted ? [paddedVector(shift, values)] : sums.map(() => '');
    const operands = [values.blocked(x), weight, ...bias, ...sums];
    const activation = relu ? { activation: 'Relu' } : {};
    const attributes = { kernel_shape: [1, 1], group: channels, ...activation };
    return e.node('Conv', operands, attributes, blockedDomain);
  },
};

export const channelDot: BlockedRule<'channelDot'> = {
  applies: ({ inputs }, { isBlocked }) => inputs.some(isBlocked),
  result: 'plain',
  lower: ({ inputs }, values) => {
    const [a, b] = inputs as [Expr, Expr];
    const product = values.emitter.node('Mul', [values.blocked(a), values.blocked(b)]);
    return channelSums(a, product, values);
  },
};

export const channelMoments: BlockedRule<'channelMoments'> = {
  applies: ({ inputs: [x] }, { isBlocked }) => isBlocked(x as Expr),
  result: 'plain',
  lower: ({ inputs }, values) => {
    const [x] = inputs as [Expr];
    const e = values.emitter;
    const name = values.blocked(x);
    const rows = [name, e.node('Mul', [name, name])].map((value) =>
      e.reshape(channelSums(x, value, values), [1, x.shape[1] as number]),
    );
    return e.node('Concat', rows, { axis: 0 });
  },
};

/** Over height and width, or over the batch as well: by the mean of each channel of each image. */
export const sum: BlockedRule<'sum'> = {
  applies: ({ inputs: [x], attrs: { axes } }, { isBlocked }) =>
    isBlocked(x as Expr) && (String(axes) === '2,3' || String(axes) === '0,2,3'),
  result: 'plain',
  lower: ({ inputs, shape, attrs: { axes } }, values) => {
    const [x] = inputs as [Expr];
    const name = values.blocked(x);
    const sums = axes.includes(0)
      ? channelSums(x, name, values)
      : withoutPadding(imageSums(x, name, values), x.shape.slice(0, 2), values);
    return values.emitter.reshape(sums, shape);
  },
};

/** The sums of each channel of a blocked value of the shape of x: [c]. */
function channelSums(x: Expr, name: string, values: Values): string {
  const e = values.emitter;
  const total = e.node('ReduceSum', [imageSums(x, name, values), e.integers([0])], { keepdims: 0 });
  return withoutPadding(total, [x.shape[1] as number], values);
}

/** The sums of each channel of each image: [n, c rounded up to blocks]. */
function imageSums(x: Expr, name: string, values: Values): string {
  const e = values.emitter;
  const means = e.node('GlobalAveragePool', [name], {}, blockedDomain);
  const rows = e.reshape(means, [x.shape[0] as number, values.roundUp(x.shape[1] as number)]);
  return e.node('Mul', [rows, e.scalar('float32', sizeOf(x.shape.slice(2)))]);
}

/** Drops the channels that fill up the last block from the last axis. */
function withoutPadding(name: string, shape: readonly number[], values: Values): string {
  const c = shape.at(-1) as number;
  if (values.roundUp(c) === c) return name;
  const e = values.emitter;
  return e.node('Slice', [name, e.integers([0]), e.integers([c]), e.integers([-1])]);
}

/** A vector [c], filled up with zeros to a multiple of the block. */
function paddedVector(x: Expr, values: Values): string {
  return values.derived('padded', x, () => values.padToBlocks(values.plain(x), x.shape, [0]));
}
