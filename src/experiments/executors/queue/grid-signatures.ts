import type { Job } from 'bullmq';
import { SymlossError } from '../../../core/index.ts';
import type { PlannedRun } from '../../../run/config.ts';
import type { QueueKey, Signed } from './key.ts';
import { signatureState, signed } from './key.ts';
import { refusedReason } from './refusal.ts';
import type { RunRequest } from './request.ts';
import { jobIdOf } from './request.ts';

/** What a grid signs for a queue, and which jobs and results there it takes for its own: without a key all of them. */
export class GridSignatures {
  readonly #queue: string;
  readonly #key: QueueKey | undefined;

  constructor(queue: string, key: QueueKey | undefined) {
    this.#queue = queue;
    this.#key = key;
  }

  sign(request: RunRequest): RunRequest {
    return signed(this.#key, this.#signs('job', jobIdOf(request)), request);
  }

  /** Another grid, with another key or none, may have asked for the same run: a worker refuses that job, not this grid's. */
  isOurs({ id, data }: Job): boolean {
    return this.#stateOf(this.#signs('job', id as string), data) === 'right';
  }

  isResultSigned(job: Job): boolean {
    return this.#ofResult(job) === 'right';
  }

  /** @throws SymlossError for a run that no worker takes, or a result that nobody vouches for: there is no record then */
  checkResult(run: PlannedRun, job: Job): void {
    const refused = refusedReason(job.failedReason);
    if (refused !== undefined) {
      const received = `a refusal: ${refused}`;
      throw new SymlossError(`run ${run.id}`, 'a worker that makes it', received, {
        kind: 'failure',
      });
    }
    const state = this.#ofResult(job);
    if (job.failedReason !== undefined || state === 'right') return;
    throw new SymlossError(
      `run ${run.id}`,
      'a result that is signed with the key of the grid',
      state === 'none' ? 'one without a signature' : 'one of another key, or that was changed',
      { hint: 'start every worker with the same key (--queue-key)', kind: 'failure' },
    );
  }

  #ofResult({ id, returnvalue }: Job) {
    return this.#stateOf(this.#signs('result', id as string), returnvalue);
  }

  #stateOf(of: Signed, content: unknown) {
    return this.#key === undefined ? 'right' : signatureState(this.#key, of, content);
  }

  #signs(what: Signed['what'], id: string): Signed {
    return { what, queue: this.#queue, id };
  }
}
