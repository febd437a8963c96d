import type { RunConfig } from '../experiments/config.ts';
import { canonical } from '../experiments/run-id.ts';
import { parseLoss } from '../losses/index.ts';
import { tellApart } from './labels.ts';
import type { Sweep } from './page-data.ts';

/** A line of the charts: a loss, and those settings in which its runs differ side by side. */
export interface Series {
  readonly loss: string;
  readonly variant: Readonly<Record<string, unknown>>;
}

/** The training settings that take several values for one loss on the same data, network and noise. */
export function variedSettings(configs: readonly RunConfig[]): Map<string, Set<string>> {
  const cells = new Map<string, RunConfig[]>();
  for (const config of configs) {
    const key = canonical([config.data, config.model, config.noise, config.loss]);
    cells.set(key, [...(cells.get(key) ?? []), config]);
  }
  const varied = new Map<string, Set<string>>();
  for (const cell of cells.values()) {
    const loss = cell[0]?.loss ?? '';
    const keys = varied.get(loss) ?? new Set();
    for (const key of new Set(cell.flatMap(({ training }) => Object.keys(training)))) {
      if (new Set(cell.map(({ training }) => textOf(training, key))).size > 1) keys.add(key);
    }
    varied.set(loss, keys);
  }
  return varied;
}

export function seriesOf(config: RunConfig, varied: ReadonlyMap<string, Set<string>>): Series {
  const keys = [...(varied.get(config.loss) ?? [])];
  const training: Record<string, unknown> = config.training;
  return { loss: config.loss, variant: Object.fromEntries(keys.map((k) => [k, training[k]])) };
}

export function seriesLabels(series: readonly Series[]): string[] {
  return tellApart(series.map(({ loss, variant }) => ({ name: loss, parts: variant })));
}

/** As few values as still show a course. */
const leastPoints = 3;

/**
 * The parameters of losses, and settings, that are numbers and take at least three values while
 * all else stays the same.
 * @param present indices of the series that a task has
 */
export function findSweeps(
  series: readonly Series[],
  present: readonly number[],
  task: number,
): Sweep[] {
  const families = new Map<
    string,
    { name: string; parts: object; points: Sweep['points'][number][]; parameter: string }
  >();
  for (const index of present) {
    const { name, numbers, others } = coordinates(series[index] as Series);
    for (const [parameter, value] of Object.entries(numbers)) {
      const parts = { ...numbers, ...others, [parameter]: undefined };
      const key = canonical([name, parameter, parts]);
      const family = families.get(key) ?? { name, parts, points: [], parameter };
      family.points.push({ value, series: index });
      families.set(key, family);
    }
  }
  const found = [...families.values()].filter(({ points }) => points.length >= leastPoints);
  const labels = tellApart(
    found.map(({ name, parameter, parts }) => ({
      name: `${name}: ${parameter}`,
      parts: { ...parts },
    })),
  );
  return found.map(({ parameter, points }, i) => ({
    task,
    label: labels[i] as string,
    parameter,
    points: points.sort((a, b) => a.value - b.value),
  }));
}

/** What a series is made of; a loss of somebody's own, which is not registered here, is its text. */
function coordinates({ loss, variant }: Series) {
  const { name, params } = lossParts(loss);
  const numbers: Record<string, number> = {};
  const others: Record<string, unknown> = {};
  for (const [key, value] of Object.entries({ ...params, ...variant })) {
    if (typeof value === 'number') numbers[key] = value;
    else others[key] = value;
  }
  return { name, numbers, others };
}

function lossParts(spec: string): { name: string; params: Readonly<Record<string, unknown>> } {
  try {
    const { name, params } = parseLoss(spec);
    // sums and symmetrize(…) carry no parameters of their own
    return name === 'sum' || name === 'symmetrize' ? { name: spec, params: {} } : { name, params };
  } catch {
    return { name: spec, params: {} };
  }
}

function textOf(training: Readonly<Record<string, unknown>>, key: string): string {
  return canonical(training[key] ?? null);
}
