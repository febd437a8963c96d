import { accuracy, memorisedShare } from './metrics.ts';

/** What the number is: decides how it is checked where it is read, and how it is printed. */
export type MetricKind = 'count' | 'number' | 'share' | 'seconds';

/** The rows that predictions are measured on: of the training part a sample, where it is large. */
export type MeasuredPart = 'train' | 'validation' | 'test';

/** What is known of an epoch without a prediction. */
export interface EpochFacts {
  /** From 1. */
  readonly epoch: number;
  /** Mean objective over the epoch's steps. */
  readonly loss: number;
  /** Of the epoch's last step. */
  readonly learningRate: number;
  /** Share of the training time that was spent waiting for batches, where that was measured. */
  readonly waitShare?: number;
  /** Now, since the start of the run. */
  readonly seconds: () => number;
}

/** Rows of a part with what the model says about them. */
export interface PredictedRows {
  /** [n], the most probable class of each row. */
  readonly predictions: Int32Array;
  /** [n], as given. */
  readonly labels: Int32Array;
  /** [n], where known. */
  readonly trueLabels?: Int32Array;
}

interface Described {
  readonly kind: MetricKind;
  readonly about: string;
}

type EpochMetric =
  | (Described & {
      readonly part?: undefined;
      readonly always?: true;
      readonly of: (epoch: EpochFacts) => number | undefined;
    })
  | (Described & {
      readonly part: MeasuredPart;
      readonly of: (rows: PredictedRows) => number | undefined;
    });

/**
 * What is measured after an epoch, in the order in which it is reported. The type `EpochMetrics`,
 * the loop and the records of runs follow from this table: a metric is added here only. One without
 * `always` is left out where it is unknown.
 */
export const epochMetrics = {
  epoch: { kind: 'count', always: true, about: 'the epoch, from 1', of: ({ epoch }) => epoch },
  loss: {
    kind: 'number',
    always: true,
    about: "mean objective over the epoch's steps",
    of: ({ loss }) => loss,
  },
  learningRate: {
    kind: 'number',
    always: true,
    about: "learning rate of the epoch's last step",
    of: ({ learningRate }) => learningRate,
  },
  trainAccuracy: {
    kind: 'share',
    part: 'train',
    about:
      'accuracy on the labels as given, of all training rows or of the sample that is measured',
    of: ({ predictions, labels }) => accuracy(predictions, labels),
  },
  validationAccuracy: {
    kind: 'share',
    part: 'validation',
    about: "accuracy on the validation part's labels as given",
    of: ({ predictions, labels }) => accuracy(predictions, labels),
  },
  testAccuracy: {
    kind: 'share',
    part: 'test',
    about: "accuracy on the test part's labels: the true ones where known",
    of: ({ predictions, labels, trueLabels }) => accuracy(predictions, trueLabels ?? labels),
  },
  memorised: {
    kind: 'share',
    part: 'train',
    about:
      'of the measured training rows with a wrong label, those for which the model predicts it',
    of: ({ predictions, labels, trueLabels }) =>
      trueLabels && memorisedShare(predictions, labels, trueLabels),
  },
  waitShare: {
    kind: 'share',
    about: "for images: share of the epoch's training time that was spent waiting for batches",
    of: ({ waitShare }) => waitShare,
  },
  seconds: {
    kind: 'seconds',
    always: true,
    about: 'since the start of the run',
    of: ({ seconds }) => seconds(),
  },
} as const satisfies Readonly<Record<string, EpochMetric>>;

type Table = typeof epochMetrics;

export type EpochMetricName = keyof Table;

type AlwaysKnown = {
  [Name in EpochMetricName]: Table[Name] extends { always: true } ? Name : never;
}[EpochMetricName];

/** What is known after an epoch, by the names of `epochMetrics`; shares are in [0, 1]. */
export type EpochMetrics = { readonly [Name in AlwaysKnown]: number } & {
  readonly [Name in Exclude<EpochMetricName, AlwaysKnown>]?: number;
};

/**
 * Measures an epoch.
 * @param predict the rows of a part, `undefined` where there is no such part. Default: predictions
 * are not measured
 */
export async function measureEpoch(
  facts: EpochFacts,
  predict: (part: MeasuredPart) => Promise<PredictedRows | undefined> = async () => undefined,
): Promise<EpochMetrics> {
  const parts = new Map<MeasuredPart, PredictedRows | undefined>();
  const found: [string, number][] = [];
  for (const [name, metric] of Object.entries<EpochMetric>(epochMetrics)) {
    const value =
      metric.part === undefined ? metric.of(facts) : await ofPart(metric.part, metric.of);
    if (value !== undefined) found.push([name, value]);
  }
  return Object.fromEntries(found) as unknown as EpochMetrics;

  async function ofPart(
    part: MeasuredPart,
    measure: (rows: PredictedRows) => number | undefined,
  ): Promise<number | undefined> {
    if (!parts.has(part)) parts.set(part, await predict(part)); // once for all of its metrics
    const rows = parts.get(part);
    return rows && measure(rows);
  }
}
