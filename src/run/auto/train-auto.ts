import type { AveragedFit } from '../../calibration/averaged.ts';
import { finishWithBreaks, stream } from '../../core/index.ts';
import { isAnyTable } from '../../features/index.ts';
import { forwardCorrection } from '../../losses/index.ts';
import { average } from '../../nn/index.ts';
import { confidentRows } from '../../noise/index.ts';
import { mostMatrixClasses } from '../../noise/one-rate.ts';
import type { Prepared } from '../../train/prepare.ts';
import { prepareInPieces } from '../../train/prepare.ts';
import type { ResolvedSplit } from '../../train/row-split.ts';
import { resolveSplit, splitRows } from '../../train/row-split.ts';
import { fullNetwork, networkShape } from '../build-job.ts';
import { fields } from '../fields.ts';
import { finishRun } from '../finish.ts';
import { loweringOf } from '../lowering-of.ts';
import type { Platform } from '../platform.ts';
import type { Resolved } from '../resolve.ts';
import { resolve } from '../resolve.ts';
import { checkImages } from '../train-once.ts';
import type { Trained } from '../trained.ts';
import type { TrainingOptions } from '../training-options.ts';
import { decide } from './decide.ts';
import type { AutoDecision } from './decision.ts';
import { fitFold } from './fit.ts';
import type { Fold, Folds } from './folds.ts';
import { makeFolds } from './folds.ts';
import type { Comparison, LossFits } from './halving.ts';
import { successiveHalving } from './halving.ts';
import { explain, findNoise, logProbs, withOtherExplanations } from './noise-found.ts';
import type { Plan } from './plans.ts';
import { correctedLoss, defaultEffort, plans } from './plans.ts';
import { meanEpochs, memberValues, pooled, testScores } from './pool.ts';

/** Training rows whose accuracy is measured, at most. */
const measured = 2000;

/**
 * Trains with the loss that suits the data: cross-entropy, a symmetric loss, or one between them, by their accuracy on given
 * labels of rows that they were not trained on. Where labels are wrong for all classes alike, that accuracy ranks losses as
 * the one on true labels does, since the 0-1 loss is symmetric itself (Ghosh, Kumar, Sastry, AAAI 2017). Where some classes are mislabelled more
 * often than others, cross-entropy that is corrected for it takes part (Patrini et al., CVPR 2017). The model is the mean
 * of the networks that were trained for the comparison, each without a part of the rows. The options are taken as checked.
 */
export async function trainAuto(platform: Platform, options: TrainingOptions): Promise<Trained> {
  const started = performance.now();
  const { data, signal } = options;
  const { effort = defaultEffort(data) } = options;
  const compared = await compareLosses(platform, options, plans[effort]);
  const { prepared, folds, comparison, settingsOf, transition } = compared;
  const k = data.classes.length;
  const { loss, fits } = firstOf(comparison);
  const settings = settingsOf(loss);
  const network = fullNetwork(settings, k, prepared.preprocessing);
  const tested = testScores(fits);
  const stateCopied = fits[0]?.stateCopied;
  return finishRun(
    {
      ...{ platform, data, settings, prepared },
      network: average(fits.map(() => network)),
      values: memberValues(fits),
      scores: { validation: compared.scores, ...(tested && { test: tested }) },
      validation: folds.predicted,
      estimated: compared.estimated,
    },
    {
      ...meanEpochs(fits),
      stopped: false,
      ...(stateCopied !== undefined && { stateCopied }),
      auto: decide({ effort, comparison, transition, folds, classes: data.classes, settingsOf }),
    },
    { signal, seconds: () => (performance.now() - started) / 1000 },
  );
}

/**
 * Chooses a loss as `trainAuto` does, and leaves it at that. The options are taken as checked.
 * @returns its spec, and what the choice rests on
 */
export async function chooseLoss(
  platform: Platform,
  options: TrainingOptions,
): Promise<{ loss: string; decision: AutoDecision }> {
  const { data } = options;
  const { effort = defaultEffort(data) } = options;
  const plan = { ...plans[effort], corrects: false };
  const { comparison, folds, settingsOf } = await compareLosses(platform, options, plan);
  const found = { effort, comparison, transition: undefined, folds, classes: data.classes };
  const decision = decide({ ...found, settingsOf });
  return { loss: firstOf(comparison).loss, decision };
}

function firstOf({ losses, order }: Comparison): LossFits {
  return losses[order[0] as number] as LossFits;
}

/** A comparison of losses, and what it was made on. */
interface Compared {
  readonly prepared: Prepared;
  readonly folds: Folds;
  readonly comparison: Comparison;
  /** Of the loss that was chosen, for all rows that some fold predicts [n, k]. */
  readonly scores: Float32Array;
  /** What explains the labels, by these scores. */
  readonly estimated: AveragedFit;
  /** [k·k], of the loss that was corrected for it, if one was tried. */
  readonly transition: Float64Array | undefined;
  settingsOf(loss: string): Resolved;
}

/** Compares the losses of a plan on the rows that the options set apart to learn from. */
async function compareLosses(
  platform: Platform,
  options: TrainingOptions,
  plan: Plan,
): Promise<Compared> {
  const { data, signal, onEpoch, onStep, probe, seed = 1, threads = 1 } = options;
  const k = data.classes.length;
  const { noise = fields.noise.default } = options;
  const lowering = await loweringOf(platform, options);
  const preparing = prepareInPieces(data, {
    noise: typeof noise === 'string' ? platform.readNoise(noise) : noise,
    ...{ split: learnt(options, seed), probe, seed },
    openRows: platform.openRows,
  });
  const prepared = await finishWithBreaks(preparing, signal);
  const folds = makeFolds({
    ...{ data, prepared, seed },
    folds: plan.folds,
    measuredRows: options.measuredRows ?? measured,
    shape: networkShape(data, prepared.preprocessing),
  });
  const rows = folds.folds[0]?.rows.length as number;
  let transition: Float64Array | undefined;
  const settingsOf = (loss: string): Resolved => {
    if (transition === undefined || loss !== correctedLoss) {
      return settingsFor(platform, loss, options, rows);
    }
    const settings = settingsFor(platform, 'ce', options, rows);
    const classLoss = forwardCorrection(transition, k);
    return { ...settings, loss: { ...settings.loss, spec: correctedLoss, classLoss } };
  };
  for (const loss of plan.losses) checkImages(data, settingsOf(loss));
  const found = await successiveHalving({
    ...{ plan, folds, signal },
    lanes: threads,
    trainFold: (loss, place, own) =>
      fitFold(
        { ...settingsOf(loss), threads: 1, seed: foldSeed(seed, place) },
        folds.folds[place] as Fold,
        {
          ...{ platform, data, prepared, lowering, onEpoch, onStep },
          weighting: options,
          signal: own,
          atOnce: Math.min(threads, plan.folds),
        },
      ),
    logProbsOf:
      options.metric === 'balanced-accuracy'
        ? (fits) => {
            const { scores, labels } = pooled(fits, folds, k);
            return logProbs(scores, labels, k, signal);
          }
        : undefined,
    noiseOf: (fits) => {
      const { scores, labels } = pooled(fits, folds, k);
      return findNoise(scores, labels, data.classes, signal);
    },
    corrected: (fits, least) => {
      if (!plan.corrects || k > mostMatrixClasses) return undefined;
      const { scores, labels } = pooled(fits, folds, k);
      const sure = confidentRows(scores, labels, k);
      if (!sure.isUneven || sure.wrong < least) return undefined;
      transition = sure.transition;
      return correctedLoss;
    },
  });
  const { scores, labels } = pooled(firstOf(found).fits, folds, k);
  const estimated = await explain(scores, labels, k, signal);
  const comparison = { ...found, noise: withOtherExplanations(found.noise, estimated) };
  return { prepared, folds, comparison, scores, estimated, transition, settingsOf };
}

/** Validation rows are learnt from, unless they were named: every row is predicted by a model that was not trained on it. */
function learnt(options: TrainingOptions, seed: number): ResolvedSplit {
  const split = resolveSplit(options, options.data.labels.length);
  if (split.given !== undefined) return split;
  const { train, test } = splitRows(options.data, { ...split, validation: 0 }, seed);
  const given = { train, ...(typeof split.test === 'number' && { test }) };
  return { ...split, given, test: typeof split.test === 'number' ? 0 : split.test };
}

/** Every fold has first weights and batches of its own, the same for all losses. */
function foldSeed(seed: number, fold: number): number {
  return stream(seed, `auto/fold/${fold}`).integer(2 ** 31 - 1);
}

/** Settings of a run with a loss: what the options say holds. The noise is in the labels already. */
function settingsFor(
  platform: Platform,
  loss: string,
  { noise, ...options }: TrainingOptions,
  rows: number,
): Resolved {
  const { data } = options;
  const { featureShape } = data;
  const size = { rows, featureShape, isTable: isAnyTable(data), hasValidation: true };
  return resolve(
    { ...options, noise, loss, keep: options.keep ?? 'best' },
    size,
    platform.readNoise,
  );
}
