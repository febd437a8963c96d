import { isFromPaper } from '../../losses/index.ts';
import type { RunConfig } from '../../run/config.ts';
import { autoLoss } from '../../run/loss-spec.ts';
import type { DoneRecord, RunRecord } from '../../run/record.ts';
import { canonical } from '../../run/run-id.ts';
import { bestOf } from './best.ts';
import { compareLosses, compareNatural, compareNoises } from './order.ts';
import type { PairedDifference, Spread } from './statistics.ts';
import { holm, pairedDifference, spreadOf } from './statistics.ts';

/** The runs of one configuration over its seeds. Accuracies and shares are in [0, 1]. */
export interface ResultRow extends Readonly<Omit<RunConfig, 'seed'>> {
  /** The settings that tell it from rows of its loss side by side: `{ scores: 'l2' }`. */
  readonly variant: Readonly<Record<string, number | string>>;
  /** The loss, with its variant: `unhinged, scores=l2`. */
  readonly label: string;
  /** Its runs by ascending seed, one for each, those included that did not end well. */
  readonly records: readonly RunRecord[];
  /** Seeds of the runs that ended well, in ascending order. */
  readonly seeds: readonly number[];
  readonly diverged: number;
  /** Runs that failed for other reasons. */
  readonly failed: number;
  /** Test accuracy of the model that is kept: see `keptOf`. */
  readonly last?: Spread;
  /** Test accuracy of the epoch with the best accuracy on noisy validation labels. */
  readonly chosen?: Spread;
  /** Mean recall of the classes on the test part. */
  readonly balanced?: Spread;
  /** Share of the test rows that are of the largest class: the accuracy of predicting it always. */
  readonly majority?: Spread;
  /** Share of the wrongly labelled training rows for which the wrong label is predicted. */
  readonly memorised?: Spread;
  /** Share of wrong labels in training and validation part. */
  readonly noiseRate?: Spread;
  readonly seconds?: Spread;
  /**
   * Whether the mean test accuracy of the model that is kept is the highest of its data, model and noise;
   * no row is where there is nothing to compare it with.
   */
  readonly isBest: boolean;
  /** Whether it is what `againstBaseline` of the others refers to. */
  readonly isBestBaseline: boolean;
  /** Against the row of `ce` with the highest mean. */
  readonly againstCe?: LabelledDifference;
  /** Against the best of the baselines. */
  readonly againstBaseline?: LabelledDifference;
}

/** And the label of the row that others are compared with. */
export type LabelledDifference = PairedDifference & { readonly label: string };

export interface AggregateOptions {
  /** Which losses are what others are compared with. Default: all but the paper's and `auto`, which chooses among both. */
  readonly isBaseline?: (loss: string) => boolean;
}

/**
 * Puts runs together that differ in their seed only, and compares losses within the same data, model
 * and noise: a row for each configuration, ordered by data, model, noise, loss and settings.
 *
 * Means are over the runs that ended well, so a row with runs that diverged tells of the survivors:
 * it is marked best only where every row has lost some (`bestOf`). The best baseline of a cell, and the
 * best of several rows of `ce`, are found by the same test accuracies, which favours them. The p-values of differences are corrected for the number of those with the same
 * data and model: all losses and noises of one table.
 */
export function aggregate(
  records: readonly RunRecord[],
  { isBaseline = (loss) => loss !== autoLoss && !isFromPaper(loss) }: AggregateOptions = {},
): ResultRow[] {
  const bySettings = groupBy(records, ({ config: { seed: _, ...rest } }) => canonical(rest));
  const groups = [...bySettings.values()].map(summarise);
  // a row has the same label whatever the noise, so labels are found over all noises
  const sections = groupBy(groups, ({ row: { data, model } }) => canonical({ data, model }));
  const labelled = [...sections.values()]
    .flatMap(withLabels)
    .sort((a, b) => compareRows(a.row, b.row));
  const cells = groupBy(labelled, ({ row }) => cellOf(row));
  const rows = [...cells.values()].flatMap((cell) => comparedRows(cell, isBaseline));
  const tables = groupBy(rows, ({ data, model }) => canonical({ data, model }));
  return [...tables.values()].flatMap((table) =>
    withAdjusted(withAdjusted(table, 'againstCe'), 'againstBaseline'),
  );
}

/**
 * The rows with what `holm` makes of the p-values of one kind of difference. Differences of unknown spread count among them, as by
 * chance they have none: the correction is then no weaker for the others.
 */
function withAdjusted(
  rows: readonly ResultRow[],
  key: 'againstCe' | 'againstBaseline',
): ResultRow[] {
  const repeated = rows.filter((row) => (row[key]?.n ?? 0) > 1);
  const adjusted = holm(repeated.map((row) => row[key]?.pValue ?? 1));
  const values = new Map(repeated.map((row, i) => [row, adjusted[i] as number]));
  return rows.map((row) => {
    const adjustedPValue = values.get(row);
    if (adjustedPValue === undefined || row[key]?.pValue === undefined) return row;
    return { ...row, [key]: { ...row[key], adjustedPValue } };
  });
}

/** The name of data, model and noise: what rows of one table cell share. */
function cellOf({ data, model, noise }: Pick<RunConfig, 'data' | 'model' | 'noise'>): string {
  return canonical({ data, model, noise });
}

type Compared = 'isBest' | 'isBestBaseline' | 'againstCe' | 'againstBaseline';

interface Group<Row = Omit<ResultRow, Compared | 'label' | 'variant'>> {
  readonly row: Row;
  /** Test accuracy of the model that is kept by seed. */
  readonly accuracies: ReadonlyMap<number, number>;
}

type Labelled = Group<Omit<ResultRow, Compared>>;

function comparedRows(
  groups: readonly Labelled[],
  isBaseline: (loss: string) => boolean,
): ResultRow[] {
  const best = groups.length > 1 ? bestGroups(groups) : [];
  const [ce] = bestGroups(groups.filter(({ row }) => row.loss === 'ce'));
  const [baseline] = bestGroups(groups.filter(({ row }) => isBaseline(row.loss)));
  return groups.map((group) => {
    const againstCe = difference(group, ce);
    const againstBaseline = difference(group, baseline);
    return {
      ...group.row,
      isBest: best.includes(group),
      isBestBaseline: group === baseline,
      ...(againstCe && { againstCe }),
      ...(againstBaseline && { againstBaseline }),
    };
  });
}

function bestGroups(groups: readonly Labelled[]): Labelled[] {
  return bestOf(groups, ({ row }) => ({ mean: row.last?.mean, diverged: row.diverged }));
}

function difference(a: Labelled, b: Labelled | undefined): LabelledDifference | undefined {
  if (b === undefined || a === b) return undefined;
  const paired = pairedDifference(a.accuracies, b.accuracies);
  return paired && { ...paired, label: b.row.label };
}

function summarise(records: readonly RunRecord[]): Group {
  const { seed: _, ...config } = (records[0] as RunRecord).config;
  // one record per seed: a run that was made again replaces what it was before
  const bySeed = new Map(records.map((record) => [record.config.seed, record]));
  const runs = [...bySeed.values()].sort((a, b) => a.config.seed - b.config.seed);
  const done = runs.filter((record): record is DoneRecord => record.status === 'done');
  const lost = runs.filter((record) => record.status === 'failed');
  const diverged = lost.filter((record) => record.diverged).length;
  const spread = (pick: (record: DoneRecord) => number | undefined) =>
    spreadOf(done.flatMap((record) => pick(record) ?? []));
  return {
    row: {
      ...config,
      records: runs,
      seeds: done.map((record) => record.config.seed),
      diverged,
      failed: lost.length - diverged,
      ...defined({
        last: spread(({ last }) => last.testAccuracy),
        chosen: spread(({ chosen }) => chosen?.testAccuracy),
        balanced: spread((record) => onTest(record)?.balancedAccuracy),
        majority: spread((record) => onTest(record)?.majorityShare),
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

/**
 * What the accuracies of runs are of: all have the model of their last epoch, as published comparisons have it, or some keep
 * that of their best epoch, or, as `auto`, an average of networks.
 */
export function keptOf(records: readonly RunRecord[]): 'last epoch' | 'kept model' {
  const isOther = (record: RunRecord): boolean =>
    record.status === 'done' && (record.auto !== undefined || record.settings['keep'] === 'best');
  return records.some(isOther) ? 'kept model' : 'last epoch';
}

/** Whether the table has several rows of `ce`, and this one is compared with the best of them. */
export function isToOneOfSeveral({ againstCe }: Pick<ResultRow, 'againstCe'>): boolean {
  return againstCe !== undefined && againstCe.label !== 'ce';
}

/** What was measured of the model on the test part. */
function onTest({ evaluation }: DoneRecord): DoneRecord['evaluation'] {
  return evaluation?.part === 'test' ? evaluation : undefined;
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Settings are named only where groups of the same loss differ in them on the same noise. */
function withLabels(groups: readonly Group[]): Labelled[] {
  const byLoss = groupBy(groups, ({ row }) => row.loss);
  return [...byLoss].flatMap(([loss, namesakes]) => {
    const settings = new Map(namesakes.map((group) => [group, settingsOf(group.row)]));
    const sideBySide = groupBy(namesakes, ({ row }) => row.noise);
    const varied = new Set(
      [...sideBySide.values()].flatMap((rivals) =>
        variedKeys(rivals.map((group) => settings.get(group) as Settings)),
      ),
    );
    const keys = [...varied].sort(compareNatural);
    return namesakes.map((group) => {
      const own = settings.get(group);
      const variant = Object.fromEntries(keys.map((key) => [key, own?.[key] ?? 'default']));
      const parts = Object.entries(variant).map(([key, value]) => `${key}=${value}`);
      return { ...group, row: { ...group.row, variant, label: [loss, ...parts].join(', ') } };
    });
  });
}

type Settings = Readonly<Record<string, number | string>>;

/** What else than data, model, noise and loss makes a run what it is; of files, how their sums start. */
function settingsOf({ training, modules, noiseSha256 }: Group['row']): Settings {
  const start = (sha256: string) => sha256.slice(0, 8);
  return defined({
    ...training,
    modules: modules?.map(({ sha256 }) => start(sha256)).join('+'),
    noiseSha256: noiseSha256 && start(noiseSha256),
  }) as Settings;
}

function variedKeys(settings: readonly Settings[]): string[] {
  const keys = new Set(settings.flatMap((own) => Object.keys(own)));
  return [...keys].filter((key) => new Set(settings.map((own) => own[key])).size > 1);
}

type Placed = Pick<ResultRow, 'data' | 'model' | 'noise' | 'loss' | 'label'>;

/** The order of rows: by data, model, noise, loss and settings. */
export function compareRows(a: Placed, b: Placed): number {
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
