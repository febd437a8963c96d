import type { Expr } from '../expr.ts';
import type { Emitter } from './emitter.ts';
import { blockedDomain } from './emitter.ts';
import { TensorProto_DataType } from './onnx_pb.ts';

/**
 * The names of the values that a program's expressions have in the ONNX graph. An image [n, c, h, w]
 * may have two: in plain layout, NCHW, and in the blocked layout of onnxruntime's convolutions, NCHWc:
 * [n, ⌈c/b⌉, h, w, b] in memory, the last block filled up with zeros, while its ONNX shape is
 * [n, ⌈c/b⌉·b, h, w]. A value of float32 may have one in float16, too. Each is converted from another when it is first needed.
 */
export class Values {
  readonly emitter: Emitter;
  /** Channels of a block. */
  readonly block: number;
  readonly #plain = new Map<Expr, string>();
  readonly #blocked = new Map<Expr, string>();
  readonly #half = new Map<Expr, string>();
  readonly #derived = new Map<string, string>();

  constructor(emitter: Emitter, block: number) {
    this.emitter = emitter;
    this.block = block;
  }

  has(x: Expr): boolean {
    return this.#plain.has(x) || this.#blocked.has(x) || this.#half.has(x);
  }

  /** @param form `half`: in plain layout, in float16 */
  set(x: Expr, form: 'blocked' | 'plain' | 'half', name: string): void {
    const names = { blocked: this.#blocked, plain: this.#plain, half: this.#half };
    names[form].set(x, name);
  }

  isBlocked(x: Expr): boolean {
    return this.#blocked.has(x);
  }

  plain(x: Expr): string {
    const existing = this.#plain.get(x);
    if (existing !== undefined) return existing;
    const blocked = this.#blocked.get(x);
    const name =
      blocked === undefined
        ? this.emitter.cast(this.#half.get(x) as string, x.dtype)
        : this.#reordered(x, blocked);
    this.#plain.set(x, name);
    return name;
  }

  /** In plain layout, in float16. */
  half(x: Expr): string {
    const existing = this.#half.get(x);
    if (existing !== undefined) return existing;
    const name = this.emitter.node('Cast', [this.plain(x)], { to: TensorProto_DataType.FLOAT16 });
    this.#half.set(x, name);
    return name;
  }

  blocked(x: Expr): string {
    const existing = this.#blocked.get(x);
    if (existing !== undefined) return existing;
    const padded = this.padToBlocks(this.plain(x), x.shape, [1]);
    const name = this.emitter.node('ReorderInput', [padded], {}, blockedDomain);
    this.#blocked.set(x, name);
    return name;
  }

  #reordered(x: Expr, blocked: string): string {
    const channels = x.shape[1] as number;
    return this.emitter.node('ReorderOutput', [blocked], { channels }, blockedDomain);
  }

  /** A number of channels rounded up to a multiple of the block. */
  roundUp(channels: number): number {
    return Math.ceil(channels / this.block) * this.block;
  }

  /** Pads axes with zeros at the end, to a multiple of the block. */
  padToBlocks(name: string, shape: readonly number[], axes: readonly number[]): string {
    const after = shape.map((d, axis) => (axes.includes(axis) ? this.roundUp(d) - d : 0));
    if (after.every((d) => d === 0)) return name;
    const before = shape.map(() => 0);
    return this.emitter.node('Pad', [name, this.emitter.integers([...before, ...after])]);
  }

  /** A value made from that of x once and used again, such as a reordered weight. */
  derived(key: string, x: Expr, make: () => string): string {
    const id = `${key} ${this.plain(x)}`;
    const existing = this.#derived.get(id);
    if (existing !== undefined) return existing;
    const name = make();
    this.#derived.set(id, name);
    return name;
  }
}
