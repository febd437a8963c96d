import { field, SymlossError } from '../core/index.ts';
import { checkIsDataset } from '../data/dataset.ts';
import type { Dataset } from '../data/index.ts';
import type { TrainOptions } from '../run/index.ts';
import { train } from '../run/index.ts';
import { autoLoss } from '../run/loss-spec.ts';
import type { EpochMetrics } from '../train/index.ts';
import type { RowSplit } from '../train/row-split.ts';
import { resolveSplit, splitRows } from '../train/row-split.ts';
import type { Corrections } from './corrections.ts';
import type { CrossedMean } from './crossed-mean.ts';
import { crossedMean } from './crossed-mean.ts';

export interface CompareLabelsOptions
  extends Omit<
    TrainOptions,
    'data' | 'split' | 'seed' | 'noise' | 'sampleWeights' | 'checkpoint' | 'onEpoch'
  > {
  /** With the labels before the corrections. */
  readonly data: Dataset;
  readonly corrections: Pick<
    Corrections,
    'labels' | 'changed' | 'dropped' | 'reviewed' | 'weights'
  >;
  /** Each is the seed of a training with the labels before, and of one with those after. The first one decides on the test rows. */
  readonly seeds: readonly number[];
  /** Told of every epoch. @param training from 0: before and after, for one seed after the other */
  readonly onEpoch?: ((training: number, metrics: EpochMetrics) => unknown) | undefined;
}

/**
 * What test rows are measured against:
 * - `trueLabels`: labels that are known to be right;
 * - `given`: the labels as they were before the corrections;
 * - `reviewed`: the same with the decisions of people in them, without rows that they excluded;
 * - `corrected`: the same with the changes that rules made, too. The models of the audit made these labels, and models like
 *   them are measured here: no measure of a gain.
 */
export type MeasuredAgainst = 'trueLabels' | 'given' | 'reviewed' | 'corrected';

/** Accuracies of the models before and after the corrections, means over seeds, on the same test rows. */
export interface LabelMeasure {
  readonly against: MeasuredAgainst;
  readonly rows: number;
  readonly before: number;
  readonly after: number;
  /** After less before, of every test row in every seed. */
  readonly difference: CrossedMean;
}

/** What corrected labels are worth. */
export interface LabelComparison {
  readonly rows: {
    /** Before the corrections, validation rows among them. */
    readonly train: number;
    /** Of these, left out after them, and with another label. */
    readonly dropped: number;
    readonly changed: number;
    readonly test: number;
  };
  /** [test rows], of the data, or of the test data where they are a dataset of their own. */
  readonly testRows: Uint32Array;
  /**
   * The one that says what was gained: against true labels where they are known, else against the labels as given, which no
   * correction has touched.
   */
  readonly gain: LabelMeasure;
  readonly measures: readonly LabelMeasure[];
}

/**
 * Trains with the labels before and after corrections, on the same rows with the same settings and seeds, and measures both on
 * the same test rows. Test rows are never trained on, with whatever label; rows that were left out are left out of the training
 * only.
 * @throws SymlossError where there is nothing to test on, and as `train` does
 */
export async function compareLabels(all: CompareLabelsOptions): Promise<LabelComparison> {
  checkIsDataset('data', all?.data);
  const { data: known, corrections, seeds, test, validation = 0.1, onEpoch, ...training } = all;
  const { trueLabels: _, ...data } = known; // models see nothing of the truth
  const [first = 1] = seeds;
  const options = { ...(test !== undefined && { test }), validation: 0 };
  const outer = splitRows(data, resolveSplit(options, data.labels.length), first);
  const ownTest = test === undefined || typeof test === 'number' ? undefined : test;
  const testRows = ownTest === undefined ? outer.test : allRows(ownTest);
  if (testRows.length === 0) {
    throw new SymlossError(field('testShare'), 'rows to test on', 'none');
  }
  const isTest = new Set(ownTest === undefined ? testRows : []);
  const after: Dataset = {
    ...data,
    labels: data.labels.map((label, row) =>
      isTest.has(row) ? label : (corrections.labels[row] as number),
    ),
  };
  const tested = ownTest === undefined ? known : ownTest;
  const predictions: Predicted[] = [];
  for (const [i, seed] of seeds.entries()) {
    const split = innerSplit(data, outer.train, {
      seed,
      validation: training.loss === autoLoss ? 0 : validation,
    });
    const predicted = async (
      which: number,
      own: Dataset,
      rows: RowSplit,
      weights?: Float64Array,
    ) => {
      const { trueLabels: __, ...blind } = tested;
      const model = await train({
        ...training,
        ...{ data: own, split: rows, seed, noise: 'unknown' },
        ...(weights && { sampleWeights: weights }),
        ...(onEpoch && {
          onEpoch: async (metrics) => {
            const answer = await onEpoch(2 * i + which, metrics);
            return answer === 'stop' ? answer : undefined;
          },
        }),
      });
      try {
        return (await model.predictDataset(blind, testRows)).indices;
      } finally {
        await model.dispose();
      }
    };
    const stays = (rows: Uint32Array) => rows.filter((row) => !corrections.dropped.has(row));
    predictions.push({
      before: await predicted(0, data, split),
      after: await predicted(
        ...[1, after],
        { ...split, train: stays(split.train), validation: stays(split.validation) },
        corrections.weights,
      ),
    });
  }
  const measures = measuresOf(
    tested,
    testRows,
    ownTest === undefined ? corrections : undefined,
  ).map((own) => measured(own, predictions));
  const count = (rows: ReadonlyMap<number, unknown>) =>
    outer.train.filter((row) => rows.has(row)).length;
  return {
    rows: {
      train: outer.train.length,
      dropped: count(corrections.dropped),
      changed: outer.train.filter(
        (row) => corrections.changed.has(row) && !corrections.dropped.has(row),
      ).length,
      test: testRows.length,
    },
    testRows,
    gain: measures[0] as LabelMeasure,
    measures,
  };
}

/** Classes of the test rows, as models before and after the corrections predict them. */
interface Predicted {
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
}

/** Labels of test rows to measure against. */
interface Truth {
  readonly against: MeasuredAgainst;
  /** [test rows], −1 for those that do not count. */
  readonly labels: Int32Array;
}

/** The first is what says what was gained. @param corrections of these rows, where there are any */
function measuresOf(
  { labels, trueLabels }: Pick<Dataset, 'labels' | 'trueLabels'>,
  rows: Uint32Array,
  corrections: CompareLabelsOptions['corrections'] | undefined,
): Truth[] {
  const of = (from: (row: number) => number) => Int32Array.from(rows, from);
  const given = (row: number) => labels[row] as number;
  const measures: Truth[] = [{ against: 'given', labels: of(given) }];
  if (trueLabels) {
    measures.unshift({ against: 'trueLabels', labels: of((row) => trueLabels[row] as number) });
  }
  if (corrections === undefined) return measures;
  const { changed, dropped, labels: after } = corrections;
  const corrected = (row: number) => (dropped.has(row) ? -1 : (after[row] as number));
  const byOf = (row: number) => dropped.get(row) ?? changed.get(row);
  const by = new Set(Array.from(rows, byOf));
  if (by.has('reviewer')) {
    const reviewed = (row: number) => (byOf(row) === 'rule' ? given(row) : corrected(row));
    measures.push({ against: 'reviewed', labels: of(reviewed) });
  }
  if (by.has('rule')) measures.push({ against: 'corrected', labels: of(corrected) });
  return measures;
}

function measured({ against, labels }: Truth, predictions: readonly Predicted[]): LabelMeasure {
  const places = Array.from(labels.keys()).filter((place) => labels[place] !== -1);
  const hits = (own: ArrayLike<number>) =>
    places.map((place) => (own[place] === labels[place] ? 1 : 0) as number);
  const before = predictions.map((own) => hits(own.before));
  const after = predictions.map((own) => hits(own.after));
  const differences = after.map((own, s) => own.map((hit, i) => hit - (before[s]?.[i] as number)));
  return {
    against,
    rows: places.length,
    before: crossedMean(before).mean,
    after: crossedMean(after).mean,
    difference: crossedMean(differences),
  };
}

/** Training and validation rows among some, the same for the labels before and after. */
function innerSplit(
  { labels, classes, groups }: Dataset,
  rows: Uint32Array,
  { seed, validation }: { readonly seed: number; readonly validation: number },
): RowSplit {
  const of = (values: Int32Array) => Int32Array.from(rows, (row) => values[row] as number);
  const own = { labels: of(labels), classes, ...(groups && { groups: of(groups) }) };
  const split = splitRows(own, { given: undefined, test: 0, validation }, seed);
  const rowsOf = (places: Uint32Array) => places.map((place) => rows[place] as number);
  return {
    train: rowsOf(split.train),
    validation: rowsOf(split.validation),
    test: new Uint32Array(),
  };
}

function allRows({ labels }: Pick<Dataset, 'labels'>): Uint32Array {
  return Uint32Array.from(labels, (_, row) => row);
}
