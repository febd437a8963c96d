import type { Tensor } from '../core/index.ts';
import { input, program, toOnnx } from '../graph/index.ts';

/** Type and shape of a tensor. */
export type TensorType = Pick<Tensor, 'dtype' | 'shape'>;

/** The output that is a copy of an input. */
export const copyOf = (name: string): string => `copy of ${name}`;

/** The bytes of an ONNX model that gives its inputs back as they are. */
export function copyModel(types: Readonly<Record<string, TensorType>>): Uint8Array {
  const copies = Object.entries(types).map(([name, { shape, dtype }]) => [
    copyOf(name),
    input(name, shape, dtype),
  ]);
  return toOnnx(program(Object.fromEntries(copies)), { target: 'device' });
}
