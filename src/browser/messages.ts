import type { Feeds, Tensors } from '../graph/index.ts';
import type { Device } from '../runtime/portable.ts';
import type { SentError } from '../train/error-parts.ts';
import type { Job, JobResult } from '../train/job.ts';
import type { Report } from '../train/progress.ts';

/** What a page asks of a worker, with what it gives and gets. */
export interface Calls {
  /** Runs a job; one at a time. */
  readonly runJob: {
    readonly input: {
      readonly job: Job;
      readonly isChecked: boolean;
      readonly reports: readonly Report['type'][];
    };
    readonly output: JobResult;
  };
  /** Makes a session of a model, which the worker then keeps under a number. */
  readonly load: { readonly input: Uint8Array; readonly output: number };
  readonly run: {
    readonly input: { readonly session: number; readonly feeds: Feeds };
    readonly output: Tensors;
  };
  /** Frees a session. */
  readonly dispose: { readonly input: number; readonly output: undefined };
}

export type CallName = keyof Calls;
export type Input<C extends CallName> = Calls[C]['input'];
export type Output<C extends CallName> = Calls[C]['output'];

/** A call, under a number that what comes back of it carries. */
export type SentCall = {
  readonly [C in CallName]: {
    readonly type: 'call';
    readonly id: number;
    readonly name: C;
    readonly input: Input<C>;
  };
}[CallName];

export type ToWorker = SentCall | { readonly type: 'answer'; readonly stop: boolean };

export type FromWorker =
  | { readonly type: 'output'; readonly id: number; readonly output: Output<CallName> }
  | { readonly type: 'error'; readonly id: number; readonly error: SentError }
  /** Of the job that is run: it waits for the answer. */
  | { readonly type: 'report'; readonly id: number; readonly report: Report };

/** What sessions of a worker run on; all of them on the same. */
export interface Engine {
  readonly device: Device;
  readonly threads: number;
}
