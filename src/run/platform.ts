import type { OpenRows } from '../data/index.ts';
import type { Precision } from '../graph/index.ts';
import type { ModelDescription, Predictor } from '../model/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import type { Device, Lowering } from '../runtime/portable.ts';
import type { Job, JobResult } from '../train/job.ts';
import type { JobOptions } from '../train/job-options.ts';

/** What runs need of the place that they are made in: a process of Node, or a page in a browser. */
export interface Platform {
  /** How training steps are lowered for a device there. */
  lowering(device: Device, precision: Precision): Promise<Lowering>;
  /**
   * Runs a job without blocking the thread that asks. The numbers of its parts move to where it runs: afterwards they are empty here.
   * @throws SymlossError of the run; the signal's reason when it is aborted; what `onEpoch` throws, which aborts the run
   */
  runJob(job: Job, options: JobOptions): Promise<JobResult>;
  /** Bytes of memory of the machine, or that it gives the process. Default: not known. */
  readonly memory?: number;
  /** Reads rows of bytes, and of files where there are any. */
  readonly openRows: OpenRows;
  /** Reads a spec of noise. @throws SymlossError for one that is wrong, or names a file that cannot be read */
  readNoise(spec: string): LabelNoise;
  /** Loads a model that was trained, to predict with. */
  openModel(onnx: Uint8Array, card: ModelDescription): Promise<Predictor>;
  /** Writes a model into a folder. @throws SymlossError where there are no folders */
  saveModel(folder: string, onnx: Uint8Array, card: ModelDescription): Promise<void>;
}
