import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import type { DType, NumericDType, Tensor, TensorData } from '../core/index.ts';
import { portableTexts } from '../core/index.ts';
import type { Feeds, Tensors } from '../graph/index.ts';
import { checkInput } from './check-input.ts';
import { checkPresent, executionProviders, isOneAtATime, notStarted } from './devices.ts';
import { FedState } from './fed-state.ts';
import { notLoaded } from './not-loaded.ts';
import type { Executable, Lowering, Runner, RunnerOptions } from './runner.ts';
import { Turns } from './turns.ts';

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
type Schedule = <T>(work: () => Promise<T>) => Promise<T>;

/** Of all sessions on devices that do one thing at a time. */
const turns = new Turns();

/**
 * A runner on one form of onnxruntime. `load` imports the package on first use; what only compiles is imported then, so that a thread
 * that trains starts without it.
 */
export function ortRunner(
  name: string,
  importOrt: () => Promise<Ort>,
  options: RunnerOptions = {},
): Runner {
  const { device = 'cpu', fallback = true, contrib = true } = options;
  const sessionOptions: InferenceSession.SessionOptions = {
    ...(device !== 'cpu' && { executionProviders: executionProviders(device) }),
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // what a device says comes as an error, too
    logSeverityLevel: device === 'cpu' ? 3 : 4,
    ...(!fallback && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
  };
  const schedule: Schedule = (work) => (isOneAtATime(device) ? turns.take(work) : work());
  const loadUnchecked = async (model: Uint8Array): Promise<Executable> => {
    const ort = await importOrt();
    checkPresent(device, ort.listSupportedBackends?.().map((backend) => backend.name) ?? []);
    try {
      const session = await schedule(() => ort.InferenceSession.create(model, sessionOptions));
      return new OrtExecutable(ort, session, schedule);
    } catch (cause) {
      const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
      if (device !== 'cpu') throw notStarted(device, reason.replace(/^.* was false\. /, ''), cause);
      throw notLoaded(name, reason, cause);
    }
  };
  const isTrusted = device === 'cpu' || options.isChecked === true;
  const load: Runner['load'] = async (model) => {
    if (!isTrusted) {
      const { checkDevice } = await import('./device-check.ts');
      await checkDevice(name, device, loadUnchecked);
    }
    return loadUnchecked(model);
  };
  const findBlock = async () => {
    const { blockOf } = await import('./block.ts');
    return blockOf(name, load);
  };
  const lowering = async (): Promise<Lowering> => ({
    contrib,
    // other devices have kernels for images as they are
    block: options.block ?? (contrib && device === 'cpu' ? await findBlock() : 1),
    target: device === 'cpu' ? 'cpu' : 'device',
  });
  return {
    name,
    compile: async (program) => {
      const { toOnnx } = await import('../graph/index.ts');
      return load(toOnnx(program, await lowering()));
    },
    lowering,
    load,
    loadStateful: async (model, state) => new FedState(await load(model), state, load),
  };
}

class OrtExecutable implements Executable {
  readonly #ort: Ort;
  readonly #session: InferenceSession;
  readonly #schedule: Schedule;
  /** onnxruntime's view of tensors that come again and again: parameters, buffers. */
  readonly #views = new WeakMap<Tensor, OrtTensor>();

  constructor(ort: Ort, session: InferenceSession, schedule: Schedule) {
    this.#ort = ort;
    this.#session = session;
    this.#schedule = schedule;
  }

  async run(feeds: Feeds): Promise<Tensors> {
    const inputs: Record<string, OrtTensor> = {};
    for (const declared of this.#session.inputMetadata) {
      const { name } = declared;
      const { type = '', shape = [] } = declared.isTensor ? declared : {};
      const feed = checkInput({ name, dtype: type, shape }, feeds[name]);
      inputs[name] = feed.dtype === 'string' ? this.#texts(name, feed) : this.#view(feed);
    }
    const results = await this.#schedule(() => this.#session.run(inputs));
    return Object.fromEntries(
      this.#session.outputNames.map((name) => [name, fromOrt(results[name] as OrtTensor)]),
    );
  }

  async dispose(): Promise<void> {
    await this.#schedule(() => this.#session.release());
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

function fromOrt({ type, dims, data }: OrtTensor): Tensor {
  return { dtype: type as NumericDType, shape: dims, data: data as TensorData };
}
