import type { InferenceSession, Tensor as OrtTensor, TypedTensor } from 'onnxruntime-common';
import type { DType, DTypeArrays, Tensor } from '../core/index.ts';
import { SymlossError } from '../core/index.ts';
import { checkFeed, type Program, type Tensors, toOnnx } from '../graph/index.ts';
import type { Executable, Runner, RunnerOptions } from './runner.ts';

/** What onnxruntime-node and onnxruntime-web have in common. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new <T extends DType>(
    type: T,
    data: DTypeArrays[T],
    dims: readonly number[],
  ) => TypedTensor<T>;
}

/** A runner on one form of onnxruntime. `load` imports the package on first use. */
export function ortRunner(
  name: string,
  importOrt: () => Promise<Ort>,
  options: RunnerOptions = {},
): Runner {
  const sessionOptions: InferenceSession.SessionOptions = {
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  };
  const load = async (model: Uint8Array, program?: Program): Promise<Executable> => {
    const ort = await importOrt();
    try {
      const session = await ort.InferenceSession.create(model, sessionOptions);
      return new OrtExecutable(ort, session, program);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
      throw new SymlossError(name, 'a model it can load', `"${reason}"`, {
        kind: 'failure',
        cause,
      });
    }
  };
  return {
    name,
    compile: (program) => load(toOnnx(program, { contrib: options.contrib ?? true }), program),
    load: (model) => load(model),
  };
}

class OrtExecutable implements Executable {
  readonly #ort: Ort;
  readonly #session: InferenceSession;
  readonly #program: Program | undefined;
  /** onnxruntime's view of tensors that come again and again: parameters, buffers. */
  readonly #views = new WeakMap<Tensor, OrtTensor>();

  constructor(ort: Ort, session: InferenceSession, program: Program | undefined) {
    this.#ort = ort;
    this.#session = session;
    this.#program = program;
  }

  async run(feeds: Tensors, into: Tensors = {}): Promise<Tensors> {
    for (const input of this.#program?.inputs ?? []) checkFeed(input, feeds);
    const inputs: Record<string, OrtTensor> = {};
    for (const name of this.#session.inputNames) inputs[name] = this.#view(feeds[name] as Tensor);
    const fetches: Record<string, OrtTensor | null> = {};
    for (const name of this.#session.outputNames) {
      const target = into[name];
      fetches[name] = target === undefined ? null : this.#view(target);
    }
    const results = await this.#session.run(inputs, fetches);
    const outputs: Record<string, Tensor> = {};
    for (const name of this.#session.outputNames) {
      outputs[name] = into[name] ?? fromOrt(results[name] as OrtTensor);
    }
    return outputs;
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  #view(tensor: Tensor): OrtTensor {
    let view = this.#views.get(tensor);
    if (view === undefined) {
      view = new this.#ort.Tensor(tensor.dtype, tensor.data, tensor.shape) as OrtTensor;
      this.#views.set(tensor, view);
    }
    return view;
  }
}

function fromOrt({ type, dims, data }: OrtTensor): Tensor {
  return { dtype: type as DType, shape: dims, data: data as DTypeArrays[DType] };
}
