import type { DoneRecord, RunRecord } from '../experiments/record.ts';
import { canonical } from '../experiments/run-id.ts';
import { meanAndStd } from '../train/index.ts';
import { dataLabel, noiseLevel, tellApart } from './labels.ts';
import type {
  Cell,
  Curve,
  CurveQuantity,
  NoiseLevel,
  PageData,
  Quantity,
  Spread,
} from './page-data.ts';
import { findSweeps, seriesLabels, seriesOf, variedSettings } from './series.ts';

/** Sorts runs into cells, and takes means and standard deviations over the seeds of each. */
export function summarise(records: readonly RunRecord[]): PageData {
  const varied = variedSettings(records.map(({ config }) => config));
  const tasks = new Index(records.map(({ config: { data, model } }) => ({ data, model })));
  const noises = new Index(records.map(({ config }) => config.noise));
  const series = new Index(records.map(({ config }) => seriesOf(config, varied)));
  const groups = new Map<string, { place: Place; runs: RunRecord[] }>();
  for (const record of records) {
    const { data, model, noise } = record.config;
    const place = {
      task: tasks.of({ data, model }),
      noise: noises.of(noise),
      series: series.of(seriesOf(record.config, varied)),
    };
    const key = `${place.task} ${place.noise} ${place.series}`;
    const group = groups.get(key) ?? { place, runs: [] };
    group.runs.push(record);
    groups.set(key, group);
  }
  const cells = [...groups.values()].map(({ place, runs }) => cellOf(place, runs));
  return {
    tasks: taskLabels(tasks.items),
    noises: noises.items.map((spec) => levelWith(spec, records)),
    series: seriesLabels(series.items),
    cells,
    sweeps: tasks.items.flatMap((_, task) => {
      const present = cells.filter((cell) => cell.task === task).map((cell) => cell.series);
      return findSweeps(series.items, [...new Set(present)], task);
    }),
  };
}

type Place = Pick<Cell, 'task' | 'noise' | 'series'>;

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
function levelWith(spec: string, records: readonly RunRecord[]): NoiseLevel {
  const level = noiseLevel(spec);
  if (level.rate !== undefined) return level;
  const shares = records.map((record) =>
    record.status === 'done' && record.config.noise === spec ? record.noise.realised : undefined,
  );
  const realised = spreadOf(shares, 4)?.mean;
  return realised === undefined ? level : { ...level, realised };
}

function taskLabels(tasks: readonly Pick<RunRecord['config'], 'data' | 'model'>[]): string[] {
  const data = new Index(tasks.map((task) => task.data));
  const names = tellApart(data.items.map(dataLabel));
  return tasks.map((task) => `${names[data.of(task.data)]} · ${task.model}`);
}

function cellOf(place: Place, runs: readonly RunRecord[]): Cell {
  const done = runs.filter((run): run is DoneRecord => run.status === 'done');
  const diverged = runs.filter((run) => run.status === 'failed' && run.diverged).length;
  const quantities: Record<Quantity, (run: DoneRecord) => number | undefined> = {
    last: (run) => run.last.testAccuracy,
    chosen: (run) => run.chosen?.testAccuracy,
    memorised: (run) => run.last.memorised,
  };
  const curves: Record<CurveQuantity, 'testAccuracy' | 'memorised'> = {
    test: 'testAccuracy',
    memorised: 'memorised',
  };
  return {
    ...place,
    done: done.length,
    diverged,
    failed: runs.length - done.length - diverged,
    values: defined(quantities, (read) => spreadOf(done.map(read), 6)),
    curves: defined(curves, (key) => curveOf(done, key)),
    ...(done.length > 0 && { seconds: meanAndStd(done.map((run) => run.seconds)).mean }),
  };
}

function defined<K extends string, V, R>(
  table: Readonly<Record<K, V>>,
  act: (value: V) => R | undefined,
): { [key in K]?: R } {
  const out: { [key in K]?: R } = {};
  for (const [key, value] of Object.entries(table) as [K, V][]) {
    const result = act(value);
    if (result !== undefined) out[key] = result;
  }
  return out;
}

/**
 * Mean and standard deviation (division by n − 1) of the values that are there.
 * @param digits decimal places kept
 */
function spreadOf(values: readonly (number | undefined)[], digits: number): Spread | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  const { mean, std } = meanAndStd(known);
  const n = known.length;
  return { n, mean: round(mean, digits), ...(n > 1 && { std: round(std, digits) }) };
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
  const spreads = epoch.map((at) => spreadOf(byEpoch.get(at) ?? [], 4) as Spread);
  return {
    epoch,
    n: spreads.map(({ n }) => n),
    mean: spreads.map(({ mean }) => mean),
    std: spreads.map(({ std }) => std ?? null),
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
