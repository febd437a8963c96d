import type { AnyTensor, Tensor, TensorData } from '../../core/index.ts';
import { invariant, SymlossError, sizeOf } from '../../core/index.ts';
import type { Feeds, Tensors } from '../../graph/index.ts';
import { checkInput } from '../check-input.ts';
import { notLoaded } from '../not-loaded.ts';
import { EngineError } from './api.ts';
import { Cleanup } from './cleanup.ts';
import type { Engine } from './library.ts';
import type { TensorType } from './memory.ts';
import { elementSize, Memory } from './memory.ts';
import { elementTypes, NativeSession } from './session.ts';

export interface SessionOptions {
  /** Of the runner, for messages. */
  readonly name: string;
  readonly engine: Engine;
  readonly threads: number;
}

/** Where the state is. */
export interface Places {
  /** One binding is made for each: what it takes, and what it writes. */
  readonly places: readonly { readonly reads: Memory; readonly writes?: Memory }[];
  /** The output that is written in place of each of the state. */
  readonly next: Readonly<Record<string, string>>;
}

interface Feed {
  readonly type: TensorType;
  readonly bytes: number;
  /** What is bound; it is held as long as it is. */
  data?: TensorData;
}

interface Binding {
  readonly handle: bigint;
  readonly memories: readonly Memory[];
}

/**
 * A session whose inputs and outputs are bound to memory. Of the inputs some are state, which is in one of several places, and
 * some are fed. Of the outputs some are written to a place; the others have memory of their own, from which they are copied.
 */
export class BoundSession {
  readonly #name: string;
  readonly #session: NativeSession;
  readonly #bindings: readonly Binding[];
  readonly #feeds: readonly Feed[];
  readonly #outputs: Memory;
  readonly #cleanup: Cleanup;

  private constructor(
    name: string,
    session: NativeSession,
    inputs: readonly TensorType[],
    outputs: readonly TensorType[],
    { places, next }: Places,
    cleanup: Cleanup,
  ) {
    this.#name = name;
    this.#session = session;
    this.#cleanup = cleanup;
    const state = places[0]?.reads.tensors ?? new Map<string, Tensor>();
    this.#feeds = inputs
      .filter(({ name }) => !state.has(name))
      .map((type) => ({ type, bytes: sizeOf(type.shape) * elementSize(type.dtype) }));
    const written = new Map(Object.entries(next).map(([name, output]) => [output, name]));
    this.#outputs = new Memory(
      session.engine,
      outputs.filter(({ name }) => !written.has(name)),
    );
    cleanup.add(() => this.#outputs.free());
    this.#bindings = places.map(({ reads, writes }) => {
      const handle = this.#makeBinding();
      for (const input of inputs) {
        if (state.has(input.name)) this.#bindInput(handle, input, reads);
      }
      for (const output of outputs) {
        const name = written.get(output.name);
        if (name === undefined) this.#bindOutput(handle, output, this.#outputs, output.name);
        else if (writes) this.#bindOutput(handle, output, writes, name);
      }
      return { handle, memories: [reads, ...(writes ? [writes] : []), this.#outputs] };
    });
  }

  /**
   * @returns `undefined` where the model has sizes that are not fixed, or texts
   * @throws SymlossError if the engine cannot load the model, or the state does not fit it
   */
  static open(
    model: Uint8Array,
    options: SessionOptions,
    places: Places,
  ): BoundSession | undefined {
    const session = load(model, options);
    const cleanup = new Cleanup();
    cleanup.add(() => session.dispose());
    const { inputs, outputs } = session;
    if (inputs === undefined || outputs === undefined) {
      cleanup.run();
      return undefined;
    }
    return cleanup.unless(() => {
      for (const output of Object.values(places.next)) {
        invariant(
          outputs.some(({ name }) => name === output),
          `the model has no output ${output}`,
        );
      }
      return new BoundSession(options.name, session, inputs, outputs, places, cleanup);
    });
  }

  /**
   * Runs it with one of its bindings.
   * @throws SymlossError where a feed is missing or does not fit, or the engine fails
   */
  run(feeds: Feeds, which: number): Tensors {
    for (const feed of this.#feeds) this.#feed(feed, feeds[feed.type.name]);
    const { handle, memories } = this.#bindings[which] as Binding;
    for (const memory of memories) memory.check();
    const { api, runOptions } = this.#session.engine;
    try {
      api.runWithBinding(this.#session.handle, runOptions, handle);
    } catch (cause) {
      if (!(cause instanceof EngineError)) throw cause;
      throw new SymlossError(this.#name, 'a model that runs', `"${cause.message}"`, {
        kind: 'failure',
        cause,
      });
    }
    return Object.fromEntries(
      Array.from(this.#outputs.tensors, ([name, { dtype, shape, data }]) => [
        name,
        { dtype, shape, data: data.slice() },
      ]),
    );
  }

  dispose(): void {
    this.#cleanup.run();
  }

  #makeBinding(): bigint {
    const { api } = this.#session.engine;
    const handle = api.made((out) => api.createIoBinding(this.#session.handle, out));
    this.#cleanup.add(() => api.releaseIoBinding(handle));
    return handle;
  }

  /** Binds what is fed, unless it is bound already: it is read where it is. */
  #feed(feed: Feed, given: AnyTensor | undefined): void {
    const { type, bytes } = feed;
    const { data } = checkInput(type, given) as Tensor;
    // other than the shape says where it was transferred, or is an array of another type
    if (data.byteLength !== bytes) {
      throw new SymlossError(`input ${type.name}`, `${bytes} bytes`, String(data.byteLength));
    }
    if (feed.data === data) return;
    void data.buffer; // memory of a small array stays where it is from now on
    const { api, koffi } = this.#session.engine;
    this.#withValue(type, koffi.address(data), (value) => {
      for (const { handle } of this.#bindings) api.bindInput(handle, type.name, value);
    });
    feed.data = data;
  }

  #bindInput(binding: bigint, type: TensorType, memory: Memory): void {
    const { api } = this.#session.engine;
    const tensor = checkInput(type, memory.tensors.get(type.name)) as Tensor;
    this.#withValue(type, memory.addressOf(tensor), (value) =>
      api.bindInput(binding, type.name, value),
    );
  }

  /** @param name of the tensor that is written */
  #bindOutput(binding: bigint, type: TensorType, memory: Memory, name: string): void {
    const { api } = this.#session.engine;
    const tensor = checkInput({ ...type, name }, memory.tensors.get(name)) as Tensor;
    this.#withValue(type, memory.addressOf(tensor), (value) =>
      api.bindOutput(binding, type.name, value),
    );
  }

  /** Makes the engine's view of memory for the time of the work; a binding keeps its own. */
  #withValue(
    { dtype, shape }: Pick<TensorType, 'dtype' | 'shape'>,
    address: bigint,
    work: (value: bigint) => void,
  ): void {
    const { api, cpu } = this.#session.engine;
    const bytes = sizeOf(shape) * elementSize(dtype);
    const sizes = BigInt64Array.from(shape, BigInt);
    const element = elementTypes[dtype];
    const value = api.made((out) =>
      api.createTensorWithDataAsOrtValue(cpu, address, bytes, sizes, shape.length, element, out),
    );
    try {
      work(value);
    } finally {
      api.releaseValue(value);
    }
  }
}

function load(model: Uint8Array, { name, engine, threads }: SessionOptions): NativeSession {
  try {
    return new NativeSession(engine, model, threads);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw notLoaded(name, cause.message, cause);
  }
}
