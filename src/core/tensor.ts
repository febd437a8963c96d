import type { DType, DTypeArrays, Numeric, NumericDType, TensorData } from './dtype.ts';
import { allocate, numeric } from './dtype.ts';
import { SymlossError } from './errors.ts';
import type { Shape } from './shape.ts';
import { formatShape, sizeOf } from './shape.ts';

/**
 * A dense row-major array with its type and shape: what goes into and comes out of a runner. Of numbers, unless it
 * says `Tensor<'string'>`.
 */
export interface Tensor<D extends DType = NumericDType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: DTypeArrays[D];
}

/** A tensor of numbers or of texts: what can be fed. */
export type AnyTensor = Tensor | Tensor<'string'>;

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

/**
 * A tensor of zeros.
 * @throws SymlossError if the type is `string`
 */
export function zeros<D extends DType>(dtype: D, shape: Shape): Tensor<Numeric<D>> {
  const type = numeric('zeros', dtype);
  return { dtype: type, shape, data: allocate(type, sizeOf(shape)) };
}

/**
 * A tensor of the given type from plain numbers (row-major), rounding to the type.
 * @throws SymlossError if the type is `string`, or the length of `values` is not the product of `shape`
 */
export function fromNumbers<D extends DType>(
  dtype: D,
  shape: Shape,
  values: ArrayLike<number>,
): Tensor<Numeric<D>> {
  const type = numeric('fromNumbers', dtype);
  const data = allocate(type, values.length);
  writeNumbers(data, values);
  return tensor(type, shape, data);
}

/**
 * The elements as float64, whatever the type of number.
 * @throws SymlossError if they are texts
 */
export function toNumbers(t: AnyTensor): Float64Array {
  numeric('toNumbers', t.dtype);
  const out = new Float64Array(t.data.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(t.data[i]);
  return out;
}

function writeNumbers(data: TensorData, values: ArrayLike<number>): void {
  if (data instanceof BigInt64Array) {
    for (let i = 0; i < values.length; i++) data[i] = BigInt(Math.trunc(values[i] as number));
  } else data.set(values);
}
