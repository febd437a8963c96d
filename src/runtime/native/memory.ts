import type { NumericDType, Shape, Tensor, TensorData } from '../../core/index.ts';
import { allocate, invariant, sizeOf } from '../../core/index.ts';
import { release } from '../release.ts';
import type { Engine } from './library.ts';

/** Type and shape of a tensor. */
export interface TensorType {
  readonly name: string;
  readonly dtype: NumericDType;
  readonly shape: Shape;
}

/** Bytes, 2^6: a line of the cache, and the widest registers. */
const alignment = 64;

type ArrayConstructor = new (buffer: ArrayBuffer, offset: number, length: number) => TensorData;

const arrayOf = (dtype: NumericDType) => allocate(dtype, 0).constructor as ArrayConstructor;

/** Bytes of an element. */
export const elementSize = (dtype: NumericDType): number => allocate(dtype, 0).BYTES_PER_ELEMENT;

const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/**
 * Tensors in one block of JavaScript's memory, which the engine reads and writes in place. JavaScript neither moves nor frees
 * such memory as long as the block is held, unless it is transferred; `check` sees that.
 */
export class Memory {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly #buffer: ArrayBuffer;
  readonly #address: bigint;

  constructor({ koffi }: Engine, types: readonly TensorType[]) {
    const sizes = types.map(({ dtype, shape }) => sizeOf(shape) * elementSize(dtype));
    const bytes = sizes.reduce((sum, size) => sum + aligned(size), alignment);
    this.#buffer = new ArrayBuffer(bytes);
    this.#address = koffi.address(this.#buffer);
    let offset = Number(BigInt.asUintN(6, -this.#address)); // up to the next multiple
    const placed = types.map(({ name, dtype, shape }, i) => {
      const data = new (arrayOf(dtype))(this.#buffer, offset, sizeOf(shape));
      offset += aligned(sizes[i] as number);
      return [name, { dtype, shape, data }] as const;
    });
    this.tensors = new Map(placed);
  }

  /** Where a tensor's numbers are. */
  addressOf({ data }: Tensor): bigint {
    return this.#address + BigInt(data.byteOffset);
  }

  /** Before the engine uses it. */
  check(): void {
    invariant(this.#buffer.byteLength > 0, 'memory that the engine uses was released');
  }

  free(): void {
    release([...this.tensors.values()].slice(0, 1));
  }
}
