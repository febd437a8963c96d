import type { NumericDType } from '../../core/index.ts';
import { Cleanup } from './cleanup.ts';
import type { Engine } from './library.ts';
import type { TensorType } from './memory.ts';

/** Elements by their numbers in ONNX. */
const dtypes: Readonly<Record<number, NumericDType>> = {
  1: 'float32',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  11: 'float64',
};

export const elementTypes = Object.fromEntries(
  Object.entries(dtypes).map(([number, dtype]) => [dtype, Number(number)]),
) as Readonly<Record<NumericDType, number>>;

/** As `ortRunner` sets them. */
const options = { sequential: 0, allOptimisations: 99, errorsOnly: 3 } as const;

/** A model that is loaded. */
export class NativeSession {
  readonly engine: Engine;
  readonly handle: bigint;
  /** `undefined` where they are not all tensors of numbers with fixed sizes. */
  readonly inputs: readonly TensorType[] | undefined;
  readonly outputs: readonly TensorType[] | undefined;
  readonly #cleanup = new Cleanup();

  /** @throws EngineError if the engine cannot load it */
  constructor(engine: Engine, model: Uint8Array, threads: number) {
    const { api, env } = engine;
    this.engine = engine;
    this.handle = withOptions(engine, threads, (own) =>
      api.made((out) => api.createSessionFromArray(env, model, model.byteLength, own, out)),
    );
    this.#cleanup.add(() => api.releaseSession(this.handle));
    [this.inputs, this.outputs] = this.#cleanup.unless(() => [
      this.#typesOf(api.sessionGetInputCount, api.sessionGetInputName, api.sessionGetInputTypeInfo),
      this.#typesOf(
        api.sessionGetOutputCount,
        api.sessionGetOutputName,
        api.sessionGetOutputTypeInfo,
      ),
    ]);
  }

  dispose(): void {
    this.#cleanup.run();
  }

  #typesOf(
    count: Engine['api']['sessionGetInputCount'],
    nameOf: Engine['api']['sessionGetInputName'],
    typeOf: Engine['api']['sessionGetInputTypeInfo'],
  ): readonly TensorType[] | undefined {
    const { api, koffi, allocator } = this.engine;
    const length = Number(api.made((out) => count(this.handle, out)));
    const types: TensorType[] = [];
    for (let i = 0; i < length; i++) {
      const text = api.made((out) => nameOf(this.handle, i, allocator, out));
      const name: string = koffi.decode.string(text);
      api.allocatorFree(allocator, text);
      const info = api.made((out) => typeOf(this.handle, i, out));
      try {
        const type = tensorTypeOf(this.engine, info);
        if (type === undefined) return undefined;
        types.push({ name, ...type });
      } finally {
        api.releaseTypeInfo(info);
      }
    }
    return types;
  }
}

function withOptions<T>({ api }: Engine, threads: number, work: (own: bigint) => T): T {
  const own = api.made((out) => api.createSessionOptions(out));
  try {
    api.setIntraOpNumThreads(own, threads);
    api.setInterOpNumThreads(own, 1);
    api.setSessionExecutionMode(own, options.sequential);
    api.setSessionGraphOptimizationLevel(own, options.allOptimisations);
    api.setSessionLogSeverityLevel(own, options.errorsOnly);
    return work(own);
  } finally {
    api.releaseSessionOptions(own);
  }
}

/** The type that an `OrtTypeInfo` describes, where it is a tensor of numbers with fixed sizes. */
function tensorTypeOf({ api }: Engine, info: bigint): Omit<TensorType, 'name'> | undefined {
  // part of the info, and freed with it; none where it is no tensor
  const tensor = api.made((out) => api.castTypeInfoToTensorInfo(info, out));
  if (tensor === 0n) return undefined;
  const dtype = dtypes[Number(api.made((out) => api.getTensorElementType(tensor, out)))];
  const rank = Number(api.made((out) => api.getDimensionsCount(tensor, out)));
  const sizes = new BigInt64Array(rank);
  api.getDimensions(tensor, sizes, rank);
  const shape = Array.from(sizes, Number);
  // a size that is not fixed is -1
  return dtype === undefined || shape.some((size) => size < 0) ? undefined : { dtype, shape };
}
