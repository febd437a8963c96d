import { field, finishWithBreaks, pause, SymlossError, show } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { checkAugmentation, isImages, isRowFile } from '../data/index.ts';
import { isAnyTable } from '../features/index.ts';
import { prepareInPieces } from '../train/prepare.ts';
import type { ResolvedSplit } from '../train/row-split.ts';
import { resolveSplit } from '../train/row-split.ts';
import { buildJob, fullNetwork, networkValues } from './build-job.ts';
import { fields } from './fields.ts';
import { finishRun } from './finish.ts';
import { loweringOf } from './lowering-of.ts';
import { memoryProbs } from './memory-probs.ts';
import type { Platform } from './platform.ts';
import type { Resolved } from './resolve.ts';
import { resolve } from './resolve.ts';
import type { Trained } from './trained.ts';
import type { TrainingOptions } from './training-options.ts';

/** Trains with one loss, as it is given. The options are taken as checked. */
export async function trainOnce(platform: Platform, options: TrainingOptions): Promise<Trained> {
  const started = performance.now();
  const { data, signal, onEpoch, onStep, probe, trainingProbs = false } = options;
  const split = resolveSplit(options, data.labels.length);
  const { trainRows: rows, hasValidation } = split;
  const { featureShape } = data;
  const size = { rows, featureShape, isTable: isAnyTable(data), hasValidation };
  const settings = resolve(options, size, platform.readNoise);
  checkImages(data, settings);
  checkValidation(settings, split);
  const lowering = await loweringOf(platform, settings);
  const { noise, seed } = settings;
  const measuredRows = trainingProbs
    ? undefined
    : (settings.measuredRows ?? defaultMeasuredRows(data));
  const preparing = prepareInPieces(data, {
    ...{ noise, split, measuredRows, probe, seed },
    openRows: platform.openRows,
  });
  const prepared = await finishWithBreaks(preparing, signal);
  await pause();
  const built = buildJob(data, prepared, settings, options, lowering, {
    memory: platform.memory,
    atOnce: 1,
  });
  const job = { ...built, trainingProbs, rowMemory: options.memoryProbs === true };
  const result = await platform.runJob(job, { signal, onEpoch, onStep });
  const { rowMemory } = result;
  const { labels } = prepared.parts.train;
  return finishRun(
    {
      ...{ platform, data, settings, prepared },
      network: fullNetwork(settings, data.classes.length, prepared.preprocessing),
      values: networkValues(job, result.values),
      ...{ scores: result.scores, trainingProbs: result.trainingProbs },
      memoryProbs:
        rowMemory && memoryProbs(settings.loss.memory, rowMemory, labels, data.classes.length),
    },
    {
      ...{ epochs: result.epochs, kept: result.kept, stopped: result.stopped },
      ...(result.stateCopied !== undefined && { stateCopied: result.stateCopied }),
    },
    { signal, seconds: () => result.secondsBefore + (performance.now() - started) / 1000 },
  );
}

/** A forward pass over all images, or all rows of a table in a file, after every epoch would cost a third of the training. */
const measuredImages = 10_000;

function defaultMeasuredRows(data: Dataset): number | undefined {
  return isImages(data) || isRowFile(data.features) ? measuredImages : undefined;
}

/** @throws SymlossError for a setting that takes rows to validate on, where there are none */
function checkValidation(
  { keep, metric }: Resolved,
  { given, hasValidation }: ResolvedSplit,
): void {
  if (hasValidation) return;
  const [name, plain, asked] =
    keep === 'last'
      ? (['metric', fields.metric.default, metric] as const)
      : (['keep', 'last', keep] as const);
  if (asked === plain) return;
  throw new SymlossError(field(name), `${show(plain)} without a validation part`, show(asked), {
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
