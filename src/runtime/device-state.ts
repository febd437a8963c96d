import type { Tensor as OrtTensor } from 'onnxruntime-common';
import type { NumericDType, Tensor } from '../core/index.ts';
import { invariant, SymlossError, sizeOf } from '../core/index.ts';
import type { Feeds, Tensors } from '../graph/index.ts';
import { checkInput } from './check-input.ts';
import { Copier } from './copier.ts';
import type { TensorType } from './copy-model.ts';
import type { OrtSession, Sessions } from './ort-session.ts';
import { fromOrt } from './ort-session.ts';
import type { Executable, State, StatefulExecutable } from './runner.ts';

/** One tensor of the state: on the device, in JavaScript's memory, or, once it was read, in both. */
interface Kept {
  readonly device?: OrtTensor;
  readonly copy?: Tensor;
}

/** Types that have buffers of their own kind on a device; others come back. */
const heldTypes: readonly NumericDType[] = ['float32', 'int32'];

/**
 * Steps on a device. A step leaves the new state there, where the next one and attached models find it. Values that are given or
 * written go there with the next step, or before an attached model runs. The old state is freed after each step: the engine does not
 * do that by itself.
 */
export class DeviceState implements StatefulExecutable {
  readonly place = { memory: 'device' } as const;
  readonly #sessions: Sessions;
  readonly #step: OrtSession;
  readonly #next: State['next'];
  /** The outputs that stay on the device. */
  readonly #held: readonly string[];
  readonly #types: Readonly<Record<string, TensorType>>;
  readonly #kept = new Map<string, Kept>();
  readonly #attached: OrtSession[] = [];
  /** Of those of the state that stay on the device. */
  readonly #copier: Copier;
  #isDisposed = false;

  private constructor(
    sessions: Sessions,
    step: OrtSession,
    { first, next }: State,
    held: readonly string[],
  ) {
    this.#sessions = sessions;
    this.#step = step;
    this.#next = next;
    this.#held = held;
    const types = Object.entries(first).map(
      ([name, { dtype, shape }]) => [name, { dtype, shape }] as const,
    );
    this.#types = Object.fromEntries(types);
    const stay = types.filter(([, type]) => staysOnDevice(type));
    this.#copier = new Copier(sessions, Object.fromEntries(stay));
    for (const [name, copy] of Object.entries(first)) this.#kept.set(name, { copy });
  }

  /** @throws SymlossError if the engine cannot load the model */
  static load(model: Uint8Array, state: State, sessions: Sessions): Promise<DeviceState> {
    const held = Object.entries(state.next)
      .filter(([name]) => staysOnDevice(state.first[name] as Tensor))
      .map(([, output]) => output);
    return sessions.schedule(
      async () => new DeviceState(sessions, await sessions.open(model, held), state, held),
    );
  }

  step(feeds: Feeds): Promise<Tensors> {
    return this.#inTurn(async () => {
      const outputs = { ...(await this.#run(this.#step, feeds)) };
      for (const output of this.#held) checkHeld(output, outputs[output]?.location);
      for (const [name, output] of Object.entries(this.#next)) {
        this.#replace(name, keptOf(outputs[output] as OrtTensor));
        delete outputs[output];
      }
      return allFromOrt(outputs);
    });
  }

  async attach(model: Uint8Array): Promise<Pick<Executable, 'run'>> {
    const session = await this.#inTurn(() => this.#sessions.open(model));
    this.#attached.push(session);
    const run = async (feeds: Feeds) => {
      await this.#settle();
      return allFromOrt(await this.#run(session, feeds));
    };
    return { run: (feeds) => this.#inTurn(() => run(feeds)) };
  }

  read(): Promise<Tensors> {
    return this.#inTurn(async () => {
      if (Array.from(this.#kept.values()).some(({ copy }) => copy === undefined)) {
        for (const [name, tensor] of await this.#copies('javascript')) {
          const { copy = fromOrt(tensor), ...rest } = this.#kept.get(name) as Kept;
          this.#kept.set(name, { ...rest, copy });
        }
      }
      return Object.fromEntries(
        Array.from(this.#kept, ([name, { copy }]) => [name, copy as Tensor]),
      );
    });
  }

  async write(values: Tensors): Promise<void> {
    const copies = Object.entries(values).map(([name, value]) => {
      const type = this.#types[name];
      invariant(type !== undefined, `${name} is no state`);
      const { data } = checkInput({ name, ...type }, value) as Tensor;
      return [name, { ...type, data: data.slice() } as Tensor] as const;
    });
    await this.#inTurn(async () => {
      for (const [name, copy] of copies) this.#replace(name, { copy });
    });
  }

  dispose(): Promise<void> {
    return this.#sessions.schedule(async () => {
      if (this.#isDisposed) return;
      this.#isDisposed = true;
      // first, since they lie in memory of the sessions
      for (const { device } of this.#kept.values()) device?.dispose();
      this.#kept.clear();
      for (const session of this.#attached) await session.release();
      await this.#copier.release();
      await this.#step.release();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#sessions.schedule(async () => {
      invariant(!this.#isDisposed, 'state is used after it was disposed of');
      return work();
    });
  }

  /** With the state as it is. */
  #run(session: OrtSession, feeds: Feeds): Promise<Record<string, OrtTensor>> {
    const given = { ...feeds };
    const held = new Map<string, OrtTensor>();
    for (const [name, { device, copy }] of this.#kept) {
      if (device !== undefined) held.set(name, device);
      else given[name] = copy as Tensor;
    }
    return session.run(given, held);
  }

  /** Puts on the device what is not there yet: an attached model is run for many batches. */
  async #settle(): Promise<void> {
    if (this.#copier.names.every((name) => this.#kept.get(name)?.device)) return;
    for (const [name, device] of await this.#copies('device')) {
      this.#replace(name, { ...this.#kept.get(name), device });
    }
  }

  #copies(to: 'device' | 'javascript'): Promise<ReadonlyMap<string, OrtTensor>> {
    return this.#copier.copy(to, (session) => this.#run(session, {}));
  }

  #replace(name: string, kept: Kept): void {
    this.#kept.get(name)?.device?.dispose();
    this.#kept.set(name, kept);
  }
}

/** The engine has no buffer for nothing. */
function staysOnDevice({ dtype, shape }: TensorType): boolean {
  return heldTypes.includes(dtype) && sizeOf(shape) > 0;
}

/** A package that does not know where outputs should be ignores it. */
function checkHeld(output: string, location: string | undefined): void {
  if (location === 'gpu-buffer') return;
  throw new SymlossError(`output ${output}`, 'to stay on the device', location ?? 'nothing', {
    kind: 'failure',
  });
}

function keptOf(tensor: OrtTensor): Kept {
  return tensor.location === 'cpu' ? { copy: fromOrt(tensor) } : { device: tensor };
}

function allFromOrt(outputs: Readonly<Record<string, OrtTensor>>): Tensors {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, fromOrt(tensor)]),
  );
}
