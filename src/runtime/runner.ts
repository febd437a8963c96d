import type { Feeds, OnnxOptions, Program, Tensors } from '../graph/index.ts';
import type { Device } from './devices.ts';

/** A program made ready to run. */
export interface Executable {
  /** Computes the outputs, in memory of their own: the caller may `release` them. */
  run(feeds: Feeds): Promise<Tensors>;
  /** Frees what the runner holds; the executable cannot run afterwards. */
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
}

/** What a lowering may use: see `OnnxOptions`. */
export type Lowering = Required<Pick<OnnxOptions, 'contrib' | 'block' | 'target'>>;

export interface RunnerOptions {
  /**
   * Where to run. A device other than the CPU is compared with the interpreter before its first use. Default: `cpu`.
   */
  readonly device?: Device;
  /**
   * Whether operators that the device has no kernel for run on the CPU; otherwise a model with such operators does not load.
   * Default: true.
   */
  readonly fallback?: boolean;
  /** Whether the device was compared already, in another thread. Default: false. */
  readonly isChecked?: boolean;
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
