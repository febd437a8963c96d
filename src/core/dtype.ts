import { SymlossError } from './errors.ts';

/** Element types of numbers; `bool` is stored as one byte, 0 or 1. */
export type NumericDType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool';

/** Element types of tensors and expressions. Texts only go in: no result is of type `string`. */
export type DType = NumericDType | 'string';

export interface DTypeArrays {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
  string: readonly string[];
}

/** The elements of a tensor of numbers. */
export type TensorData = DTypeArrays[NumericDType];

const constructors: { [D in NumericDType]: new (length: number) => DTypeArrays[D] } = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

/** A zero-filled array for `length` elements of the given type. */
export function allocate<D extends NumericDType>(dtype: D, length: number): DTypeArrays[D] {
  return new constructors[dtype](length);
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

export function isInteger(dtype: DType): boolean {
  return dtype === 'int32' || dtype === 'int64';
}

/** A type of numbers, given one of elements. */
export type Numeric<D extends DType> = Exclude<D, 'string'>;

/** @throws SymlossError if the type is `string` */
export function numeric<D extends DType>(where: string, dtype: D): Numeric<D> {
  if (dtype === 'string') throw new SymlossError(where, 'numbers', 'type string');
  return dtype as Numeric<D>;
}
