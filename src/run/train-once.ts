import { field, SymlossError, show } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { checkAugmentation, isImages, isRowFile } from '../data/index.ts';
import { isAnyTable } from '../features/index.ts';
import { nodeRunner } from '../runtime/index.ts';
import { prepare } from '../train/prepare.ts';
import type { ResolvedSplit } from '../train/row-split.ts';
import { resolveSplit } from '../train/row-split.ts';
import { runInThread } from '../train/thread.ts';
import { buildJob, fullNetwork, networkValues } from './build-job.ts';
import { finishRun } from './finish.ts';
import type { Resolved } from './resolve.ts';
import { resolve } from './resolve.ts';
import type { TrainOptions } from './train-options.ts';
import type { Trained } from './trained.ts';

/** Trains with one loss, as it is given. The options are taken as checked. */
export async function trainOnce(options: TrainOptions): Promise<Trained> {
  const started = performance.now();
  const { data, checkpoint, signal, onEpoch, trainingProbs = false } = options;
  const split = resolveSplit(options, data.labels.length);
  const settings = resolve(options, {
    rows: split.trainRows,
    isTable: isAnyTable(data),
    hasValidation: split.hasValidation,
  });
  checkImages(data, settings);
  checkKeep(settings, split);
  const { noise, seed } = settings;
  const measuredRows = trainingProbs
    ? undefined
    : (settings.measuredRows ?? defaultMeasuredRows(data));
  const prepared = prepare(data, { noise, split, measuredRows, seed });
  const lowering = await nodeRunner({ device: settings.device }).lowering();
  const built = buildJob(data, prepared, settings, options, lowering);
  const job = trainingProbs ? { ...built, trainingProbs } : built;
  const result = await runInThread(job, { signal, onEpoch, checkpoint });
  return finishRun(
    {
      ...{ data, settings, prepared },
      network: fullNetwork(settings, data.classes.length, prepared.preprocessing),
      values: networkValues(job, result.values),
      ...{ scores: result.scores, trainingProbs: result.trainingProbs },
    },
    { epochs: result.epochs, kept: result.kept, stopped: result.stopped },
    { signal, seconds: () => result.secondsBefore + (performance.now() - started) / 1000 },
  );
}

/** A forward pass over all images, or all rows of a table in a file, after every epoch would cost a third of the training. */
const measuredImages = 10_000;

function defaultMeasuredRows(data: Dataset): number | undefined {
  return isImages(data) || isRowFile(data.features) ? measuredImages : undefined;
}

function checkKeep({ keep }: Resolved, { given, hasValidation }: ResolvedSplit): void {
  if (keep === 'last' || hasValidation) return;
  throw new SymlossError(field('keep'), `${show('last')} without a validation part`, show(keep), {
    hint: given ? `name rows in ${field('split.validation')}` : `set ${field('validation', '0.1')}`,
  });
}

export function checkImages(data: Dataset, { augment }: Resolved): void {
  if (augment.spec === 'none') return;
  if (data.features instanceof Float32Array || !isImages(data)) {
    throw new SymlossError('augment', 'none for data that are not images of bytes', augment.spec);
  }
  checkAugmentation(augment, data.featureShape);
}
