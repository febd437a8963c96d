import type { SymlossError } from '../core/index.ts';
import type { ComparisonOptions, Run as RunAnywhere, RunKey } from '../run/compare-with.ts';
import { compareWith } from '../run/compare-with.ts';
import { trainOn } from '../run/train-on.ts';
import { checkTrainingOptions } from '../run/training-options.ts';
import { webPlatform } from './platform.ts';
import type { Trained } from './train.ts';

/** A run that ended: with a model, or because training diverged. */
export type Run = RunKey &
  (
    | { readonly trained: Trained; readonly error?: never }
    | { readonly trained?: never; readonly error: SymlossError }
  );

export interface CompareOptions extends Omit<ComparisonOptions, 'onRun'> {
  readonly onRun?: ((run: Run) => void) | undefined;
}

/**
 * Trains every loss with every seed, several runs at a time, each in a worker, as `compare` of `symloss/run` does in Node.
 * An error other than a divergence stops the others.
 * @returns the runs, seeds within losses, in the given order; one that diverged carries its error
 * @throws whatever else `train` throws
 */
export async function compare(options: CompareOptions): Promise<Run[]> {
  const runs: RunAnywhere[] = await compareWith(async (_, own) => {
    checkTrainingOptions(own);
    return trainOn(webPlatform, own);
  }, options);
  return runs;
}
