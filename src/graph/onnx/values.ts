import { invariant } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { Emitter } from './emitter.ts';
import { blockedDomain } from './emitter.ts';

/**
 * Where the value of each expression is while a program is lowered. An image [n, c, h, w] may be
 * there in two layouts: plain, as ONNX has it, and blocked, as onnxruntime's convolutions like it:
 * [n, ⌈c/b⌉, h, w, b] in memory, with zeros for channels beyond c, while its ONNX shape says
 * [n, ⌈c/b⌉·b, h, w]. Each is made from the other when it is first asked for.
 */
export class Values {
  readonly emitter: Emitter;
  /** Channels of a block. */
  readonly block: number;
  readonly #lower: (node: Expr) => void;
  readonly #plain = new Map<Expr, string>();
  readonly #blocked = new Map<Expr, string>();
  /** Left to the one node that takes them, which may do their work in passing. */
  readonly #deferred = new Set<Expr>();
  readonly #forced = new Set<Expr>();
  readonly #consumers = new Map<Expr, Expr[]>();
  readonly #outputs: ReadonlySet<Expr>;
  readonly #derived = new Map<string, string>();

  constructor(
    emitter: Emitter,
    block: number,
    order: readonly Expr[],
    outputs: readonly Expr[],
    lower: (node: Expr) => void,
  ) {
    this.emitter = emitter;
    this.block = block;
    this.#lower = lower;
    this.#outputs = new Set(outputs);
    for (const node of order) {
      for (const x of node.inputs) {
        const list = this.#consumers.get(x);
        if (list === undefined) this.#consumers.set(x, [node]);
        else list.push(node);
      }
    }
  }

  has(x: Expr): boolean {
    return this.#plain.has(x) || this.#blocked.has(x) || this.#deferred.has(x);
  }

  setPlain(x: Expr, name: string): void {
    this.#plain.set(x, name);
  }

  setBlocked(x: Expr, name: string): void {
    this.#blocked.set(x, name);
  }

  /** Whether a value is, or will be, there in blocked layout. */
  isBlocked(x: Expr): boolean {
    return this.#blocked.has(x) || this.#deferred.has(x);
  }

  isDeferred(x: Expr): boolean {
    return this.#deferred.has(x);
  }

  /** The only node that takes a value which is not an output itself. */
  soleConsumer(x: Expr): Expr | undefined {
    const list = this.#consumers.get(x) ?? [];
    return list.length === 1 && !this.#outputs.has(x) ? list[0] : undefined;
  }

  /**
   * Puts a node off until its only consumer is lowered, if that is of one of these ops. A consumer
   * that does not do its work in passing asks for its value, and it is lowered then.
   */
  defer(x: Expr, consumers: readonly Expr['op'][]): boolean {
    if (this.#forced.has(x)) return false;
    const consumer = this.soleConsumer(x);
    if (consumer === undefined || !consumers.includes(consumer.op)) return false;
    this.#deferred.add(x);
    return true;
  }

  /** The consumer has done a deferred node's work. */
  absorb(x: Expr): void {
    invariant(this.#deferred.delete(x), `${x.op} was not deferred`);
  }

  plain(x: Expr): string {
    this.#force(x);
    const existing = this.#plain.get(x);
    if (existing !== undefined) return existing;
    const channels = x.shape[1] as number;
    const name = this.emitter.node(
      'ReorderOutput',
      [this.#blocked.get(x) as string],
      { channels },
      blockedDomain,
    );
    this.#plain.set(x, name);
    return name;
  }

  blocked(x: Expr): string {
    this.#force(x);
    const existing = this.#blocked.get(x);
    if (existing !== undefined) return existing;
    const padded = this.padChannels(this.#plain.get(x) as string, x.shape, [1]);
    const name = this.emitter.node('ReorderInput', [padded], {}, blockedDomain);
    this.#blocked.set(x, name);
    return name;
  }

  /** The next multiple of the block. */
  whole(channels: number): number {
    return Math.ceil(channels / this.block) * this.block;
  }

  /** Fills axes up with zeros to a multiple of the block. */
  padChannels(name: string, shape: readonly number[], axes: readonly number[]): string {
    const after = shape.map((d, axis) => (axes.includes(axis) ? this.whole(d) - d : 0));
    if (after.every((d) => d === 0)) return name;
    const before = shape.map(() => 0);
    return this.emitter.node('Pad', [name, this.emitter.integers([...before, ...after])]);
  }

  /** What is made from a value once and used again, such as a reordered weight. */
  derived(key: string, x: Expr, make: () => string): string {
    const id = `${key} ${this.plain(x)}`;
    const existing = this.#derived.get(id);
    if (existing !== undefined) return existing;
    const name = make();
    this.#derived.set(id, name);
    return name;
  }

  #force(x: Expr): void {
    if (!this.#deferred.delete(x)) return;
    this.#forced.add(x);
    this.#lower(x);
  }
}
