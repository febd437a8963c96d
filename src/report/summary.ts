import type { LabelledDifference, ResultRow } from '../experiments/results/aggregate.ts';
import { aggregate, keptOf } from '../experiments/results/aggregate.ts';
import { spreadOf } from '../experiments/results/statistics.ts';
import type { DoneRecord, RunRecord } from '../run/record.ts';
import { canonical } from '../run/run-id.ts';
import { dataLabel, noiseLevel, tellApart } from './labels.ts';
import type { Cell, Curve, NoiseLevel, PageData, Spread } from './page-data.ts';
import { findSweeps } from './series.ts';

/** The rows of `aggregate` by their places in the charts, with their learning curves. */
export function summarise(records: readonly RunRecord[]): PageData {
  const rows = inOrderOf(records, aggregate(records));
  const tasks = new Index(rows.map(taskOf));
  const noises = new Index(rows.map(({ noise }) => noise));
  const series = new Index(rows.map(({ label }) => label));
  const cells = rows.map((row) =>
    cellOf(row, {
      task: tasks.of(taskOf(row)),
      noise: noises.of(row.noise),
      series: series.of(row.label),
    }),
  );
  return {
    tasks: taskLabels(tasks.items),
    noises: noises.items.map((spec) => levelWith(spec, rows)),
    series: series.items,
    cells,
    kept: keptOf(records),
    sweeps: tasks.items.flatMap((_, task) => {
      const own = cells.flatMap((cell, i) =>
        cell.task === task ? [[cell.series, rows[i] as ResultRow] as const] : [],
      );
      return findSweeps(new Map(own), task);
    }),
  };
}

/** By the first record of each row: a grid's own order of data, noises and losses. */
function inOrderOf(records: readonly RunRecord[], rows: readonly ResultRow[]): ResultRow[] {
  const places = new Map(records.map((record, i) => [record, i]));
  const first = (row: ResultRow) => Math.min(...row.records.map((run) => places.get(run) ?? 0));
  return rows
    .map((row) => ({ row, place: first(row) }))
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row);
}

type Task = Pick<ResultRow, 'data' | 'model'>;
type Place = Pick<Cell, 'task' | 'noise' | 'series'>;

function taskOf({ data, model }: ResultRow): Task {
  return { data, model };
}

/** Different values in the order in which they first appear, and their places. */
class Index<T> {
  readonly items: T[] = [];
  readonly #places = new Map<string, number>();

  constructor(values: readonly T[]) {
    for (const value of values) {
      const key = canonical(value);
      if (this.#places.has(key)) continue;
      this.#places.set(key, this.items.length);
      this.items.push(value);
    }
  }

  of(value: T): number {
    return this.#places.get(canonical(value)) as number;
  }
}

/** A level without a nominal rate is known by the share of labels that turned out wrong. */
function levelWith(spec: string, rows: readonly ResultRow[]): NoiseLevel {
  const level = noiseLevel(spec);
  if (level.rate !== undefined) return level;
  const runs = rows.filter(({ noise }) => noise === spec).flatMap(doneRuns);
  const realised = spreadOf(runs.flatMap(({ noise }) => noise.realised ?? []))?.mean;
  return realised === undefined ? level : { ...level, realised: round(realised, 4) };
}

function taskLabels(tasks: readonly Task[]): string[] {
  const data = new Index(tasks.map((task) => task.data));
  const names = tellApart(data.items.map(dataLabel));
  // alone, the word would not say what is chosen automatically
  const modelOf = ({ model }: Task) => (model === 'auto' ? 'model auto' : model);
  return tasks.map((task) => `${names[data.of(task.data)]} · ${modelOf(task)}`);
}

const quantities = ['last', 'chosen', 'balanced', 'majority', 'memorised'] as const;

function cellOf(row: ResultRow, place: Place): Cell {
  const { seconds, againstCe, againstBaseline } = row;
  const runs = doneRuns(row);
  const test = curveOf(runs, 'testAccuracy');
  const wrong = curveOf(runs, 'memorised');
  return {
    ...place,
    done: runs.length,
    diverged: row.diverged,
    failed: row.failed,
    ...(runs.some(({ auto }) => auto) && { isAverage: true as const }),
    values: Object.fromEntries(
      quantities.flatMap((name) => {
        const spread = row[name];
        return spread === undefined ? [] : [[name, rounded(spread, 6)]];
      }),
    ),
    curves: { ...(test && { test }), ...(wrong && { memorised: wrong }) },
    ...(seconds && { seconds: seconds.mean }),
    isBest: row.isBest,
    isBestBaseline: row.isBestBaseline,
    ...(againstCe && { againstCe: roundedDifference(againstCe) }),
    ...(againstBaseline && { againstBaseline: roundedDifference(againstBaseline) }),
  };
}

function doneRuns({ records }: ResultRow): DoneRecord[] {
  return records.filter((run): run is DoneRecord => run.status === 'done');
}

/** By epoch, over the runs that measured it; a hundredth of a percent is finer than a pixel. */
function curveOf(
  runs: readonly DoneRecord[],
  key: 'testAccuracy' | 'memorised',
): Curve | undefined {
  const byEpoch = new Map<number, number[]>();
  for (const run of runs) {
    for (const metrics of run.epochs) {
      const value = metrics[key];
      if (value === undefined) continue;
      byEpoch.set(metrics.epoch, [...(byEpoch.get(metrics.epoch) ?? []), value]);
    }
  }
  if (byEpoch.size === 0) return undefined;
  const epoch = [...byEpoch.keys()].sort((a, b) => a - b);
  const spreads = epoch.map((at) => rounded(spreadOf(byEpoch.get(at) ?? []) as Spread, 4));
  return {
    epoch,
    n: spreads.map(({ n }) => n),
    mean: spreads.map(({ mean }) => mean),
    std: spreads.map(({ std }) => std ?? null),
  };
}

/** @param digits decimal places kept */
function rounded({ n, mean, std }: Spread, digits: number): Spread {
  return { n, mean: round(mean, digits), ...(std !== undefined && { std: round(std, digits) }) };
}

function roundedDifference(difference: LabelledDifference): LabelledDifference {
  const { n, mean, interval, adjustedPValue, label } = difference;
  const [low, high] = interval ?? [];
  return {
    n,
    mean: round(mean, 6),
    ...(low !== undefined && high !== undefined && { interval: [round(low, 6), round(high, 6)] }),
    ...(adjustedPValue !== undefined && { adjustedPValue: round(adjustedPValue, 6) }),
    label,
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
