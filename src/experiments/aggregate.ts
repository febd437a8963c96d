import type { DataConfig, RunConfig, TrainingConfig } from './config.ts';
import { compareLosses, compareNatural, compareNoises } from './order.ts';
import type { DoneRecord, RunRecord } from './record.ts';
import { canonical } from './run-id.ts';
import type { PairedDifference, Spread } from './statistics.ts';
import { pairedDifference, spreadOf } from './statistics.ts';

/** The runs of one configuration over its seeds. Accuracies and shares are in [0, 1]. */
export interface ResultRow {
  readonly data: DataConfig;
  readonly model: string;
  readonly noise: string;
  readonly loss: string;
  readonly training: TrainingConfig;
  /** The loss, with those settings that tell it from other rows of it: `unhinged, scores=l2`. */
  readonly label: string;
  /** Seeds of the runs that ended well, in ascending order. */
  readonly seeds: readonly number[];
  readonly diverged: number;
  /** Runs that failed for other reasons. */
  readonly failed: number;
  /** Test accuracy of the last epoch. */
  readonly last?: Spread;
  /** Test accuracy of the epoch with the best accuracy on noisy validation labels. */
  readonly chosen?: Spread;
  /** Share of the wrongly labelled training rows for which the wrong label is predicted. */
  readonly memorised?: Spread;
  /** Share of wrong labels in training and validation part. */
  readonly noiseRate?: Spread;
  readonly seconds?: Spread;
  /** Whether the mean test accuracy of the last epoch is the highest of its data, model and noise. */
  readonly isBest: boolean;
  /** Against the row of `ce` with the highest mean. */
  readonly againstCe?: PairedDifference;
  /** Against the best of the baselines, and which that is. */
  readonly againstBaseline?: PairedDifference & { readonly label: string };
}

export interface AggregateOptions {
  /** Which losses are what others are compared with. Default: all but the paper's. */
  readonly isBaseline?: (loss: string) => boolean;
}

/** What the paper proposes: no baseline. Read from the text, since records may name losses that are not registered here. */
const proposed = /^\s*(unhinged|sgce|alpha-mae|symmetrize)\s*([:(]|$)/;

/**
 * Puts runs together that differ in their seed only, and compares losses within the same data, model
 * and noise: a row for each configuration, ordered by data, model, noise, loss and settings.
 *
 * Means are over the runs that ended well, so a row with runs that diverged tells of the survivors:
 * it is marked best only where every row has lost some. The best baseline of a cell is
 * found by the same test accuracies, which favours it.
 */
export function aggregate(
  records: readonly RunRecord[],
  { isBaseline = isPublishedBaseline }: AggregateOptions = {},
): ResultRow[] {
  const bySettings = groupBy(records, ({ config: { seed: _, ...rest } }) => canonical(rest));
  const groups = [...bySettings.values()].map(summarise);
  // a row has the same label whatever the noise, so labels are found over all noises
  const sections = groupBy(groups, ({ row: { data, model } }) => canonical({ data, model }));
  const labelled = [...sections.values()].flatMap(withLabels);
  const cells = groupBy(labelled, ({ row }) => cellOf(row));
  return [...cells.values()].flatMap((cell) => comparedRows(cell, isBaseline)).sort(compareRows);
}

function isPublishedBaseline(loss: string): boolean {
  return !proposed.test(loss);
}

/** The name of data, model and noise: what rows of one table cell share. */
function cellOf({ data, model, noise }: Pick<RunConfig, 'data' | 'model' | 'noise'>): string {
  return canonical({ data, model, noise });
}

interface Group {
  readonly row: Omit<ResultRow, 'label' | 'isBest' | 'againstCe' | 'againstBaseline'>;
  /** Test accuracy of the last epoch by seed. */
  readonly accuracies: ReadonlyMap<number, number>;
}

type Labelled = Group & { readonly label: string };

function comparedRows(
  groups: readonly Labelled[],
  isBaseline: (loss: string) => boolean,
): ResultRow[] {
  const best = bestOf(groups);
  const ce = bestOf(groups.filter(({ row }) => row.loss === 'ce'));
  const baseline = bestOf(groups.filter(({ row }) => isBaseline(row.loss)));
  return groups.map((group) => {
    const againstCe = difference(group, ce);
    const against = difference(group, baseline);
    return {
      ...group.row,
      label: group.label,
      // equal means are all the best
      isBest: best !== undefined && isCandidate(group, best) && meanOf(group) === meanOf(best),
      ...(againstCe && { againstCe }),
      ...(against && baseline && { againstBaseline: { ...against, label: baseline.label } }),
    };
  });
}

function difference(a: Group, b: Group | undefined): PairedDifference | undefined {
  return b === undefined || a === b ? undefined : pairedDifference(a.accuracies, b.accuracies);
}

function summarise(records: readonly RunRecord[]): Group {
  const { seed: _, ...config } = (records[0] as RunRecord).config;
  // one record per seed: a run that was made again replaces what it was before
  const bySeed = new Map(records.map((record) => [record.config.seed, record]));
  const done = [...bySeed.values()]
    .filter((record): record is DoneRecord => record.status === 'done')
    .sort((a, b) => a.config.seed - b.config.seed);
  const lost = [...bySeed.values()].filter((record) => record.status === 'failed');
  const diverged = lost.filter((record) => record.diverged).length;
  const spread = (pick: (record: DoneRecord) => number | undefined) =>
    spreadOf(done.flatMap((record) => pick(record) ?? []));
  return {
    row: {
      ...config,
      seeds: done.map((record) => record.config.seed),
      diverged,
      failed: lost.length - diverged,
      ...defined({
        last: spread(({ last }) => last.testAccuracy),
        chosen: spread(({ chosen }) => chosen?.testAccuracy),
        memorised: spread(({ last }) => last.memorised),
        noiseRate: spread(({ noise }) => noise.realised),
        seconds: spread(({ seconds }) => seconds),
      }),
    },
    accuracies: new Map(
      done.flatMap(({ config: { seed }, last: { testAccuracy } }) =>
        testAccuracy === undefined ? [] : [[seed, testAccuracy] as const],
      ),
    ),
  };
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** The group with the highest mean; those that lost runs to divergence only where all did. */
function bestOf<G extends Group>(groups: readonly G[]): G | undefined {
  const measured = groups.filter((group) => meanOf(group) !== undefined);
  const whole = measured.filter(({ row }) => row.diverged === 0);
  const candidates = whole.length > 0 ? whole : measured;
  return candidates.reduce<G | undefined>(
    (best, group) => (best && (meanOf(best) ?? 0) >= (meanOf(group) ?? 0) ? best : group),
    undefined,
  );
}

function isCandidate({ row }: Group, best: Group): boolean {
  return row.diverged === 0 || best.row.diverged > 0;
}

function meanOf({ row }: Group): number | undefined {
  return row.last?.mean;
}

/** Settings are named only where groups of the same loss differ in them. */
function withLabels(groups: readonly Group[]): Labelled[] {
  return groups.map((group) => {
    const { loss, training } = group.row;
    const others = groups.filter(({ row }) => row.loss === loss).map(({ row }) => row.training);
    const keys = [...new Set(others.flatMap((other) => Object.keys(other)))].filter(
      (key) => new Set(others.map((other) => setting(other, key))).size > 1,
    );
    const shown = keys
      .sort(compareNatural)
      .map((key) => `${key}=${setting(training, key) ?? 'default'}`);
    return { ...group, label: [loss, ...shown].join(', ') };
  });
}

function setting(training: TrainingConfig, key: string): number | string | undefined {
  return training[key as keyof TrainingConfig];
}

/** The order of rows: by data, model, noise, loss and settings. */
export function compareRows(a: ResultRow, b: ResultRow): number {
  return (
    compareNatural(canonical(a.data), canonical(b.data)) ||
    compareNatural(a.model, b.model) ||
    compareNoises(a.noise, b.noise) ||
    compareLosses(a.loss, b.loss) ||
    compareNatural(a.label, b.label)
  );
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}
