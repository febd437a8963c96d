import type { Tensor } from '../../core/index.ts';
import { invariant } from '../../core/index.ts';
import type { Feeds, Tensors } from '../../graph/index.ts';
import { checkInput } from '../check-input.ts';
import type { Executable, State, StatefulExecutable } from '../runner.ts';
import type { SessionOptions } from './bound-session.ts';
import { BoundSession } from './bound-session.ts';
import { Cleanup } from './cleanup.ts';
import { Memory } from './memory.ts';

export interface NativeStateOptions extends SessionOptions {
  /** Loads an attached model that cannot be bound: one with sizes that are not fixed, or texts. */
  readonly load: (model: Uint8Array) => Promise<Executable>;
}

/** Milliseconds that steps may take before timers and messages of the thread get their turn. */
const patience = 10;

/**
 * Steps on onnxruntime's own library. The state stays in two places, and every step reads one and writes the other: one that
 * wrote over what it reads would be wrong where an operation still needs the old value.
 */
export class NativeState implements StatefulExecutable {
  readonly place = { memory: 'engine' } as const;
  readonly #options: NativeStateOptions;
  readonly #places: readonly [Memory, Memory];
  readonly #step: BoundSession;
  readonly #cleanup: Cleanup;
  readonly #unbound: Executable[] = [];
  /** The place that the state is in. */
  #now: 0 | 1 = 0;
  #yielded = performance.now();
  #isDisposed = false;

  private constructor(
    options: NativeStateOptions,
    places: readonly [Memory, Memory],
    step: BoundSession,
    cleanup: Cleanup,
  ) {
    this.#options = options;
    this.#places = places;
    this.#step = step;
    this.#cleanup = cleanup;
  }

  /**
   * @returns `undefined` where the model cannot be bound
   * @throws SymlossError if the engine cannot load it, or the state does not fit it
   */
  static load(
    model: Uint8Array,
    { first, next }: State,
    options: NativeStateOptions,
  ): NativeState | undefined {
    const cleanup = new Cleanup();
    return cleanup.unless(() => {
      const types = Object.entries(first).map(([name, { dtype, shape }]) => ({
        ...{ name, dtype, shape },
      }));
      const place = (): Memory => {
        const memory = new Memory(options.engine, types);
        cleanup.add(() => memory.free());
        return memory;
      };
      const places = [place(), place()] as const;
      copyInto(places[0], first);
      const [a, b] = places;
      const step = BoundSession.open(model, options, {
        places: [
          { reads: a, writes: b },
          { reads: b, writes: a },
        ],
        next,
      });
      if (step === undefined) {
        cleanup.run();
        return undefined;
      }
      cleanup.add(() => step.dispose());
      return new NativeState(options, places, step, cleanup);
    });
  }

  async step(feeds: Feeds): Promise<Tensors> {
    const outputs = await this.#run(this.#step, feeds);
    this.#now = this.#now === 0 ? 1 : 0;
    return outputs;
  }

  async attach(model: Uint8Array): Promise<Pick<Executable, 'run'>> {
    this.#check();
    const places = this.#places.map((reads) => ({ reads }));
    const bound = BoundSession.open(model, this.#options, { places, next: {} });
    if (bound !== undefined) {
      this.#cleanup.add(() => bound.dispose());
      return { run: (feeds) => this.#run(bound, feeds) };
    }
    const executable = await this.#options.load(model);
    this.#unbound.push(executable);
    return { run: async (feeds) => executable.run({ ...feeds, ...(await this.read()) }) };
  }

  async read(): Promise<Tensors> {
    this.#check();
    return Object.fromEntries(this.#places[this.#now].tensors);
  }

  async write(values: Tensors): Promise<void> {
    this.#check();
    copyInto(this.#places[this.#now], values);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#cleanup.run();
    for (const executable of this.#unbound.splice(0)) await executable.dispose();
  }

  async #run(session: BoundSession, feeds: Feeds): Promise<Tensors> {
    await this.#breathe();
    this.#check();
    return session.run(feeds, this.#now);
  }

  #check(): void {
    invariant(!this.#isDisposed, 'state is used after it was disposed of');
  }

  async #breathe(): Promise<void> {
    if (performance.now() - this.#yielded < patience) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#yielded = performance.now();
  }
}

/** @throws SymlossError where a value is unknown or does not fit */
function copyInto(memory: Memory, values: Tensors): void {
  for (const [name, value] of Object.entries(values)) {
    const own = memory.tensors.get(name);
    invariant(own !== undefined, `${name} is no state`);
    const { data } = checkInput({ name, dtype: own.dtype, shape: own.shape }, value) as Tensor;
    own.data.set(data as never);
  }
}
