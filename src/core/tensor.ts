import type { DType, DTypeArrays, TensorData } from './dtype.ts';
import { allocate } from './dtype.ts';
import { SymlossError } from './errors.ts';
import type { Shape } from './shape.ts';
import { formatShape, sizeOf } from './shape.ts';

/** A dense row-major array with its type and shape: what goes into and comes out of a runner. */
export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: DTypeArrays[D];
}

/**
 * Wraps `data` (not copied) as a tensor.
 * @throws SymlossError if the length of `data` is not the product of `shape`.
 */
export function tensor<D extends DType>(dtype: D, shape: Shape, data: DTypeArrays[D]): Tensor<D> {
  if (data.length !== sizeOf(shape)) {
    throw new SymlossError(
      'tensor',
      `${sizeOf(shape)} elements for shape ${formatShape(shape)}`,
      String(data.length),
    );
  }
  return { dtype, shape, data };
}

/** A tensor of zeros. */
export function zeros<D extends DType>(dtype: D, shape: Shape): Tensor<D> {
  return { dtype, shape, data: allocate(dtype, sizeOf(shape)) };
}

/** A tensor of the given type from plain numbers (row-major), rounding to the type. */
export function fromNumbers<D extends DType>(
  dtype: D,
  shape: Shape,
  values: ArrayLike<number>,
): Tensor<D> {
  const data = allocate(dtype, values.length);
  writeNumbers(data, values);
  return tensor(dtype, shape, data);
}

/** The elements as float64, whatever the type. */
export function toNumbers(t: Tensor): Float64Array {
  const out = new Float64Array(t.data.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(t.data[i]);
  return out;
}

function writeNumbers(data: TensorData, values: ArrayLike<number>): void {
  if (data instanceof BigInt64Array) {
    for (let i = 0; i < values.length; i++) data[i] = BigInt(Math.trunc(values[i] as number));
  } else {
    for (let i = 0; i < values.length; i++) data[i] = values[i] as number;
  }
}
