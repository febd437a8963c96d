import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import type { DType, NumericDType, Tensor, TensorData } from '../core/index.ts';
import { portableTexts } from '../core/index.ts';
import type { Feeds, Tensors } from '../graph/index.ts';
import { checkInput } from './check-input.ts';
import type { Executable } from './runner.ts';

/** What onnxruntime-node and onnxruntime-web have in common. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (
    type: DType,
    data: TensorData | readonly string[],
    dims: readonly number[],
  ) => OrtTensor;
  /** The devices that it was built with, whether or not this machine can start them. */
  listSupportedBackends?(): readonly { readonly name: string }[];
}

/** Work on a device, at once or when it is its turn. */
export type Schedule = <T>(work: () => Promise<T>) => Promise<T>;

/** Sessions on one device, which see each other's buffers. */
export interface Sessions {
  /** @param held the outputs that stay on the device */
  open(model: Uint8Array, held?: readonly string[]): Promise<OrtSession>;
  /** Nothing else is done on the device while it works. */
  readonly schedule: Schedule;
}

/** A model that onnxruntime has loaded. Whoever uses it waits for the turn of its device. */
export class OrtSession {
  readonly #ort: Ort;
  readonly #session: InferenceSession;
  /** onnxruntime's view of tensors that come again and again: parameters, buffers. */
  readonly #views = new WeakMap<Tensor, OrtTensor>();

  constructor(ort: Ort, session: InferenceSession) {
    this.#ort = ort;
    this.#session = session;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  /**
   * @param feeds inputs in JavaScript's memory
   * @param held inputs that are on the device already; they come before feeds of the same name
   * @throws SymlossError where an input is missing or does not fit
   */
  async run(
    feeds: Feeds,
    held: ReadonlyMap<string, OrtTensor> = new Map(),
  ): Promise<Record<string, OrtTensor>> {
    const inputs: Record<string, OrtTensor> = {};
    for (const declared of this.#session.inputMetadata) {
      const { name } = declared;
      const { type = '', shape = [] } = declared.isTensor ? declared : {};
      inputs[name] =
        held.get(name) ?? this.#given(name, checkInput({ name, dtype: type, shape }, feeds[name]));
    }
    return (await this.#session.run(inputs)) as Record<string, OrtTensor>;
  }

  release(): Promise<void> {
    return this.#session.release();
  }

  #given(name: string, feed: Tensor | Tensor<'string'>): OrtTensor {
    return feed.dtype === 'string' ? this.#texts(name, feed) : this.#view(feed);
  }

  #texts(name: string, { dtype, data, shape }: Tensor<'string'>): OrtTensor {
    return new this.#ort.Tensor(dtype, portableTexts(`input ${name}`, data), shape);
  }

  #view(tensor: Tensor): OrtTensor {
    let view = this.#views.get(tensor);
    if (view === undefined) {
      view = new this.#ort.Tensor(tensor.dtype, tensor.data, tensor.shape);
      this.#views.set(tensor, view);
    }
    return view;
  }
}

/** A session whose inputs and outputs are all in JavaScript's memory. */
export class OrtExecutable implements Executable {
  readonly #session: OrtSession;
  readonly #schedule: Schedule;

  constructor(session: OrtSession, schedule: Schedule) {
    this.#session = session;
    this.#schedule = schedule;
  }

  async run(feeds: Feeds): Promise<Tensors> {
    const results = await this.#schedule(() => this.#session.run(feeds));
    return Object.fromEntries(
      this.#session.outputNames.map((name) => [name, fromOrt(results[name] as OrtTensor)]),
    );
  }

  async dispose(): Promise<void> {
    await this.#schedule(() => this.#session.release());
  }
}

/** @param tensor that is not on a device */
export function fromOrt({ type, dims, data }: OrtTensor): Tensor {
  return { dtype: type as NumericDType, shape: dims, data: data as TensorData };
}
