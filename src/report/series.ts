import { parseLoss } from '../losses/index.ts';
import { canonical } from '../run/run-id.ts';
import { tellApart } from './labels.ts';
import type { Sweep } from './page-data.ts';

/** What makes a line of the charts, as in `ResultRow`. */
export interface Series {
  readonly loss: string;
  readonly variant: Readonly<Record<string, number | string>>;
}

/** As few values as still show a course. */
const leastPoints = 3;

/**
 * The parameters of losses, and settings, that are numbers and take at least three values while
 * all else stays the same.
 * @param series those that a task has, by index
 */
export function findSweeps(series: ReadonlyMap<number, Series>, task: number): Sweep[] {
  const families = new Map<
    string,
    { name: string; parts: object; points: Sweep['points'][number][]; parameter: string }
  >();
  for (const [index, shape] of series) {
    const { name, numbers, others } = coordinates(shape);
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
    return ['sum', 'symmetrize', 'unit', 'logit-clip'].includes(name)
      ? { name: spec, params: {} }
      : { name, params };
  } catch {
    return { name: spec, params: {} };
  }
}
