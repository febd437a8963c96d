import { finishWithBreaks } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { pickFields } from '../run/config.ts';
import type { FieldValues } from '../run/fields.ts';
import { fields } from '../run/fields.ts';
import { auditLoss } from '../run/index.ts';
import { repeatsInPart, repeatsInTest } from '../run/test-repeats.ts';
import type { EpochMetrics } from '../train/index.ts';
import type { Applied } from './apply.ts';
import type { LabelComparison } from './compare-labels.ts';
import { compareLabels } from './compare-labels.ts';
import { estimatesByRow } from './corrections.ts';
import { openAuditedData } from './data.ts';

/** How models are trained to measure what corrected labels gain. Default: as the audit trained its own. */
export interface GainOptions extends FieldValues<'training' | 'machine'> {
  readonly test?: string | undefined;
  readonly testLabelsFile?: FieldValues['testLabelsFile'];
  readonly testEmbedding?: FieldValues['testEmbedding'];
  readonly testShare?: number | undefined;
  readonly validation?: number | undefined;
  readonly loss?: string | undefined;
  readonly model?: string | undefined;
  /** The first seed. */
  readonly seed?: number | undefined;
  /** Trainings with the labels before, and after. */
  readonly seeds: number;
  readonly signal?: AbortSignal | undefined;
  /** Told before the first training. @param trainings in all @param epochs of each */
  readonly onStart?: (trainings: number, epochs: number) => void;
  /** Told of every epoch. @param training from 0 */
  readonly onEpoch?: (training: number, metrics: EpochMetrics) => unknown;
}

/** What corrected labels gain, and what that was measured with. */
export interface Gain {
  readonly comparison: LabelComparison;
  readonly seeds: number;
  readonly loss: string;
  /** What true labels are known from. */
  readonly truth: string;
  /** What is tested on, where it is not a share of the rows. */
  readonly testName?: string | undefined;
  /** Share of the test labels that look wrong, where they were audited. */
  readonly wrongShare?: number | undefined;
  /** That many test rows are also rows to train on, in a plain line, where they are. */
  readonly repeats: readonly string[];
  readonly classCount: number;
}

/** Trains with the labels before and after corrections and compares both on the same test rows. @throws as `compareLabels` does */
export async function measureGain(applied: Applied, options: GainOptions): Promise<Gain> {
  const { audit, audited, data, corrections } = applied;
  const { config: own } = audit;
  const { signal, seeds, onStart, onEpoch } = options;
  const asked = pickFields({ ...own, ...options }, 'training');
  const { loss = own.loss ?? auditLoss, model = own.model, seed = own.seed } = options;
  const epochs = asked.epochs ?? fields.epochs.default;
  const { test, testName } = await testData(applied, options);
  const testShare = options.testShare ?? fields.testShare.default;
  const repeats = await finishWithBreaks(
    test === undefined ? repeatsInPart(data, testShare, seed) : repeatsInTest(data, test),
    signal,
  );
  onStart?.(2 * seeds, epochs);
  const comparison = await compareLabels({
    ...asked,
    ...{ data, corrections, loss, model, signal, epochs },
    seeds: Array.from({ length: seeds }, (_, i) => seed + i),
    test: test ?? testShare,
    validation: options.validation ?? fields.validation.default,
    ...{ threads: options.threads ?? own.threads, device: options.device ?? own.device },
    onEpoch,
  });
  const estimates = estimatesByRow(audit.rows, data);
  const isAudited = test === undefined && audited.sha256 === audit.sha256;
  const wrong = isAudited
    ? Array.from(comparison.testRows, (row) => estimates[row]?.pWrong ?? 0)
    : undefined;
  const truth =
    audited.data.trueLabels === undefined
      ? `labels before the noise (${own.noise})`
      : `the true labels (${own.trueLabel ?? own.label ?? 'of the data'})`;
  return {
    ...{ comparison, seeds, loss, truth, testName, repeats, classCount: audit.classes.length },
    wrongShare: wrong && wrong.reduce((sum, p) => sum + p, 0) / wrong.length,
  };
}

/** Data to test on that are no share of the rows. */
async function testData(
  { audit: { config: own }, audited }: Applied,
  { test, testLabelsFile, testEmbedding, signal, ...options }: GainOptions,
): Promise<{ readonly test?: Dataset; readonly testName?: string }> {
  const extra = { testLabelsFile, testEmbedding };
  if (test === undefined) {
    if (audited.test === undefined) return {};
    return { test: audited.test, testName: `the test part of ${own.source}` };
  }
  const machine = pickFields(options, 'machine');
  const opened = await openAuditedData({ ...own, ...machine, test, ...extra }, signal);
  return { test: opened.test as Dataset, testName: test };
}
