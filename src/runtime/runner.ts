import type {
  Feeds,
  OnnxOptions,
  Precision,
  Program,
  Tensors,
  WeightGrad,
} from '../graph/index.ts';
import type { Device } from './devices.ts';

/** A program made ready to run. */
export interface Executable {
  /** Computes the outputs, in memory of their own: the caller may `release` them. */
  run(feeds: Feeds): Promise<Tensors>;
  /** Frees what the runner holds; the executable cannot run afterwards. */
  dispose(): Promise<void>;
}

/** What a model keeps from one step to the next. */
export interface State {
  /** The first values by the names of their inputs. They stay the caller's, and must not change before the first step. */
  readonly first: Tensors;
  /** By the same names: the output that takes the place of each after a step. */
  readonly next: Readonly<Record<string, string>>;
}

/**
 * Where state is from one step to the next: in the engine's memory or on the device; or, for a reason, in that of JavaScript, from
 * which it goes in, and to which it comes back, at every step.
 */
export type StatePlace =
  | { readonly memory: 'engine' | 'device' }
  | { readonly memory: 'javascript'; readonly reason: string };

/**
 * A model that is run step by step: some of its inputs, the state, are outputs of the step before. The runner keeps them where it
 * wants them, so that they need not be copied at every step.
 */
export interface StatefulExecutable {
  readonly place: StatePlace;
  /**
   * Makes a step. If it fails, the state is as before.
   * @param feeds the inputs that are no state
   * @returns the outputs that are no state, in memory of their own
   */
  step(feeds: Feeds): Promise<Tensors>;
  /**
   * Loads a model that takes some of the state, by the same names, such as the network that is trained. Its `run` is given the
   * inputs that are no state. It is freed with this executable.
   */
  attach(model: Uint8Array): Promise<Pick<Executable, 'run'>>;
  /** The state by name. The tensors are lent: they hold until the next `step`, `write` or `dispose`, and must not be released. */
  read(): Promise<Tensors>;
  /** Replaces some of the state; values are copied. */
  write(values: Tensors): Promise<void>;
  /** Frees what the runner holds, with all that is attached; nothing works afterwards. */
  dispose(): Promise<void>;
}

/** Something that executes programs: the interpreter, or onnxruntime in one of its forms. */
export interface Runner {
  readonly name: string;
  compile(program: Program): Promise<Executable>;
  /** How `compile` lowers programs here, for those that make the ONNX model themselves. */
  lowering(): Promise<Lowering>;
  /** Loads an ONNX file's bytes, to run models by input and output names. */
  load(model: Uint8Array): Promise<Executable>;
  /** Loads an ONNX file's bytes, to run the model step by step. */
  loadStateful(model: Uint8Array, state: State): Promise<StatefulExecutable>;
}

/** What a lowering may use: see `OnnxOptions`. */
export type Lowering = Required<
  Pick<OnnxOptions, 'contrib' | 'block' | 'target' | 'precision' | 'weightGrad'>
>;

export interface RunnerOptions {
  /**
   * Where to run. A device other than the CPU is compared with the interpreter before its first use. Default: `cpu`.
   */
  readonly device?: Device;
  /**
   * `mixed`: programs are lowered with matrix products and convolutions in float16, which are compared before their first use on a device,
   * too. onnxruntime's CPU provider computes such a program in float32. Default: `single`.
   */
  readonly precision?: Precision;
  /**
   * Whether operators that the device has no kernel for run on the CPU; otherwise a model with such operators does not load.
   * Default: true.
   */
  readonly fallback?: boolean;
  /** Whether the device was compared already, in another thread. Default: false. */
  readonly isChecked?: boolean;
  /**
   * In Node, on the CPU: whether state stays in the memory of onnxruntime, which needs the optional package koffi; the numbers are the
   * same. Default: what the environment variable `SYMLOSS_NATIVE` says, `1` or `0`; without it true on Linux, where it was tried.
   */
  readonly native?: boolean;
  /** On a device; another way is there to be timed. Default: `convolution`. */
  readonly weightGrad?: WeightGrad;
  /** Threads of one operation. Default: 1, with which results do not depend on the machine's load. */
  readonly threads?: number;
  /** Lower to onnxruntime's own operators where they are faster. Default: true. */
  readonly contrib?: OnnxOptions['contrib'];
  /**
   * Channels of a block in the blocked image layout, 1 for none. Default: what the processor and
   * this onnxruntime are found to have.
   */
  readonly block?: number;
}
