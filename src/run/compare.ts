import { SymlossError, show } from '../core/index.ts';
import { checkIsDataset } from '../data/dataset.ts';
import type { CheckpointFolder } from '../train/checkpoint/index.ts';
import { checkpointFile } from '../train/checkpoint/index.ts';
import type { ComparisonOptions, Run, RunKey } from './compare-with.ts';
import { compareWith, namesOfLosses } from './compare-with.ts';
import { train } from './train.ts';

export type { EpochOfRunCallback, Run, RunKey } from './compare-with.ts';

export interface CompareOptions extends ComparisonOptions {
  /**
   * A folder, which must be there, for a checkpoint of every run; with `resume` the runs that have
   * one go on, those that had ended are only measured.
   */
  readonly checkpoints?: string | CheckpointFolder | undefined;
}

/**
 * Trains every loss with every seed, several runs at a time.
 * An error other than a divergence stops the others, which still write their checkpoints.
 * @returns the runs, seeds within losses, in the given order; one that diverged carries its error
 * @throws whatever else `train` throws
 */
export async function compare(all: CompareOptions): Promise<Run[]> {
  checkIsDataset('data', all?.data);
  const { checkpoints, ...options } = all;
  const names = namesOfLosses(options.losses);
  if (checkpoints !== undefined && new Set(names).size < names.length) {
    throw new SymlossError('losses', 'each once, since each has its checkpoint', names.join(', '));
  }
  return compareWith(
    (run, own) => train({ ...own, checkpoint: checkpointOf(checkpoints, run) }),
    options,
  );
}

function checkpointOf(checkpoints: CompareOptions['checkpoints'], { loss, seed }: RunKey) {
  if (checkpoints === undefined) return undefined;
  const { folder, ...rest } =
    typeof checkpoints === 'string' ? { folder: checkpoints } : (checkpoints ?? {});
  if (typeof folder !== 'string' || folder === '') {
    throw new SymlossError('checkpoints', 'a folder', show(checkpoints));
  }
  return { ...rest, file: checkpointFile(folder, loss, seed) };
}
