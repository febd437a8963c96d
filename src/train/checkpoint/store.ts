import { checkInteger, checkNumber, SymlossError } from '../../core/index.ts';
import { readIfThere, removeLeftovers, writeWhole } from '../../io/index.ts';
import type { Job } from '../job.ts';
import type { RunState, SavePoint } from '../run-state.ts';
import type { Expected } from './checkpoint.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { identityOf } from './identity.ts';

/** Where a run keeps what it needs to go on after it was stopped. */
export interface CheckpointOptions {
  /** A safetensors file; its folder must be there. */
  readonly file: string;
  /**
   * Write after every so many epochs, besides after the last one and when stopped or aborted. Default: after
   * every epoch, but not within a second of the last time: flushing a file to the disk takes longer
   * than a short epoch.
   */
  readonly every?: number | undefined;
  /**
   * Write when so many seconds have passed since the last time or the start, after an epoch, and when
   * stopped or aborted: nothing for a shorter run. Default: by `every`.
   */
  readonly seconds?: number | undefined;
  /**
   * Go on from the file where it is there; the result is bit for bit that of a run that was never
   * stopped. Default: false, which starts anew and replaces the file.
   */
  readonly resume?: boolean | undefined;
}

/** @throws SymlossError unless the options are right */
export function checkCheckpointOptions({ file, every, seconds }: CheckpointOptions): void {
  if (typeof file !== 'string' || file === '') {
    throw new SymlossError(
      'checkpoint, file',
      'a path',
      typeof file === 'string' ? '""' : typeof file,
    );
  }
  if (every !== undefined) checkInteger('checkpoint, every', every, { min: 1 });
  if (seconds === undefined) return;
  checkNumber('checkpoint, seconds', seconds, { min: 0 });
  if (every !== undefined) {
    throw new SymlossError('checkpoint', 'every, in epochs, or seconds', 'both');
  }
}

/** A crash, a full disk or a power cut leaves the checkpoint before or the new one. */
const durably = {
  durable: true,
  expected: 'a place to write a checkpoint to',
  hint: 'the one before it, if any, is as it was; make room there, then resume the run',
} as const;

/** Between two checkpoints where nothing is said, in milliseconds. */
const pause = 1000;

export interface CheckpointStore {
  /** Where the run stood, where there is a file to resume from. */
  readonly from: RunState | undefined;
  /** Writes the state there, if that is due. */
  save(point: SavePoint): Promise<void>;
}

/**
 * The checkpoint of a job.
 * @param engine version of onnxruntime
 * @throws SymlossError where the file cannot be read, is damaged or of another run
 */
export async function openCheckpoint(
  { file, every, seconds, resume = false }: CheckpointOptions,
  job: Job,
  engine: string,
): Promise<CheckpointStore> {
  const identity = identityOf(job, engine);
  await removeLeftovers(file); // a write that a kill cut short
  let written = seconds === undefined ? Number.NEGATIVE_INFINITY : performance.now();
  const isDue = ({ when, epoch }: SavePoint): boolean => {
    if (when !== 'epoch') return true;
    const since = performance.now() - written;
    if (seconds !== undefined) return since > 1000 * seconds;
    if (epoch > job.epochs) return true;
    return every === undefined ? since > pause : (epoch - 1) % every === 0;
  };
  return {
    from: resume ? await readState(file, { identity, slots: job.slots }) : undefined,
    save: async (point) => {
      if (!isDue(point)) return;
      await writeWhole(file, encodeCheckpoint(await point.read(), identity), durably);
      written = performance.now();
    },
  };
}

async function readState(file: string, expected: Expected): Promise<RunState | undefined> {
  const bytes = await readIfThere(file, { expected: 'a readable checkpoint', kind: 'failure' });
  return bytes && decodeCheckpoint(bytes, expected, file);
}
