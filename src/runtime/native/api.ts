import type { Koffi } from './koffi.ts';

/** What koffi passes for a C argument: numbers, texts, addresses, and the memory of typed arrays as it is. */
export type Argument = number | bigint | string | ArrayBufferView | null;

/*
 * The C API of onnxruntime is a struct of function pointers, `OrtApi` in onnxruntime_c_api.h. Functions are only ever added at
 * its end, which the header asserts for every version ("Size of version 1 API cannot change": the last of that version has
 * place 101), so that a place holds for all of onnxruntime 1.x. Those below are of versions 1 to 3.
 * Each has its place and its C arguments; handles and memory are `void *`, and the last argument is often where the result goes.
 */

const pointer = 'void *';
const text = 'const char *';

/** They return an error, or none. */
const fallible = {
  createEnv: [3, ['int', text, pointer]],
  createSessionFromArray: [8, [pointer, pointer, 'size_t', pointer, pointer]],
  createSessionOptions: [10, [pointer]],
  setSessionExecutionMode: [13, [pointer, 'int']],
  setSessionLogSeverityLevel: [22, [pointer, 'int']],
  setSessionGraphOptimizationLevel: [23, [pointer, 'int']],
  setIntraOpNumThreads: [24, [pointer, 'int']],
  setInterOpNumThreads: [25, [pointer, 'int']],
  sessionGetInputCount: [30, [pointer, pointer]],
  sessionGetOutputCount: [31, [pointer, pointer]],
  sessionGetInputTypeInfo: [33, [pointer, 'size_t', pointer]],
  sessionGetOutputTypeInfo: [34, [pointer, 'size_t', pointer]],
  sessionGetInputName: [36, [pointer, 'size_t', pointer, pointer]],
  sessionGetOutputName: [37, [pointer, 'size_t', pointer, pointer]],
  createRunOptions: [39, [pointer]],
  createTensorWithDataAsOrtValue: [
    49,
    [pointer, pointer, 'size_t', pointer, 'size_t', 'int', pointer],
  ],
  castTypeInfoToTensorInfo: [55, [pointer, pointer]],
  getTensorElementType: [60, [pointer, pointer]],
  getDimensionsCount: [61, [pointer, pointer]],
  getDimensions: [62, [pointer, pointer, 'size_t']],
  createCpuMemoryInfo: [69, ['int', 'int', pointer]],
  allocatorFree: [76, [pointer, pointer]],
  getAllocatorWithDefaultOptions: [78, [pointer]],
  runWithBinding: [133, [pointer, pointer, pointer]],
  createIoBinding: [134, [pointer, pointer]],
  bindInput: [136, [pointer, text, pointer]],
  bindOutput: [137, [pointer, text, pointer]],
} as const satisfies Readonly<Record<string, readonly [number, readonly string[]]>>;

/** They free a handle. */
const releases = {
  releaseSession: 95,
  releaseValue: 96,
  releaseTypeInfo: 98,
  releaseSessionOptions: 100,
  releaseIoBinding: 135,
} as const;

const status = { create: 0, message: 2, release: 93 } as const;

/** Functions from the start of the struct that are read. */
const places = 142;

type Call = (...args: readonly Argument[]) => unknown;

export type OrtApi = { readonly [Name in keyof typeof fallible]: (...args: Argument[]) => void } & {
  readonly [Name in keyof typeof releases]: (handle: bigint) => void;
} & {
  /** The address that a function writes to where it is told to. */
  readonly made: (make: (out: Argument) => void) => bigint;
};

/** What the engine says went wrong, in its words: the first line. */
export class EngineError extends Error {
  constructor(message: string) {
    super(message.split('\n')[0]);
  }
}

/**
 * The functions of the API.
 * @param table address of the struct
 * @throws EngineError (each function) with the engine's message
 */
export function bindApi(koffi: Koffi, table: bigint): OrtApi {
  const addresses = koffi.decode(table, koffi.array(pointer, places)) as bigint[];
  const bind = (place: number, result: string, args: readonly string[]): Call =>
    koffi.decode(addresses[place], koffi.proto(result, [...args]));
  const messageOf = bind(status.message, text, [pointer]);
  const releaseStatus = bind(status.release, 'void', [pointer]);
  const check = (error: unknown): void => {
    if (!error) return;
    const message = String(messageOf(error as bigint));
    releaseStatus(error as bigint);
    throw new EngineError(message);
  };
  checkLayout(bind(status.create, pointer, ['int', text]), check);
  const checked = Object.entries(fallible).map(([name, [place, args]]) => {
    const call = bind(place, pointer, args);
    return [name, (...given: Argument[]) => check(call(...given))];
  });
  const freed = Object.entries(releases).map(([name, place]) => [
    name,
    bind(place, 'void', [pointer]),
  ]);
  const out = new BigUint64Array(1);
  const made: OrtApi['made'] = (make) => {
    out[0] = 0n;
    make(out);
    return out[0];
  };
  return { ...Object.fromEntries([...checked, ...freed]), made } as OrtApi;
}

/** Makes an error and reads it: the functions are where they are thought to be. */
function checkLayout(create: Call, check: (error: unknown) => void): void {
  const sent = 'symloss';
  try {
    check(create(1, sent));
  } catch (error) {
    if (error instanceof EngineError && error.message === sent) return;
    throw error;
  }
  throw new EngineError('no error where one was made');
}
