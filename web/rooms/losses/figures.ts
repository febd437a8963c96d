import { formatNumber } from '../../parts/numbers.ts';
import type { ChartData, Mark, Series } from '../../plots/chart.ts';
import type { Family } from './family.ts';
import type { Minimum } from './path.ts';
import type { Subject } from './subject.ts';
import { gaps, probabilities } from './subject.ts';

/** A subject with its colour. */
export interface Shown {
  readonly subject: Subject;
  readonly colour: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const byProbability = {
  xs: probabilities,
  x: { label: 'probability of the label, p', domain: [0, 1] as const },
};

/** The parts of one loss along p_y. */
export function partsChart({ byProbability: values }: Subject): ChartData {
  return {
    ...byProbability,
    y: { label: 'loss' },
    series: [
      { name: 'loss', colour: 'var(--ink)', width: 2.75, ys: values.value },
      { name: 'symmetric part', colour: 'var(--first)', dash: '8 3', ys: values.symmetric },
      {
        name: 'class-insensitive part',
        colour: 'var(--part)',
        dash: '2 3',
        ys: values.insensitive,
      },
    ],
  };
}

/** The size of the gradient along p_y; thin, those of losses on the way from one to another. */
export function gradientChart(shown: readonly Shown[], family: Family | undefined): ChartData {
  const series = seriesOf(shown, ({ byProbability: { gradient } }) => gradient);
  const thin = (family?.members ?? []).map(
    ({ name, gradient }): Series => ({
      ...{ name, colour: 'var(--edge)', width: 0.8, isUnnamed: true },
      ys: gradient,
    }),
  );
  return {
    ...byProbability,
    y: { label: 'gradient', domain: fromZero([...thin, ...series]) },
    series: [...thin, ...series],
  };
}

/** The row sum along p_y. */
export function rowSumChart(shown: readonly Shown[]): ChartData {
  return {
    ...byProbability,
    y: { label: 'sum' },
    series: seriesOf(shown, ({ byProbability: { rowSum } }) => rowSum),
  };
}

/** How far the expected loss is above its minimum along p_y, without noise and with it. */
export function noiseChart(shown: readonly Shown[]): ChartData {
  const above = (values: Float64Array) => {
    const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    return values.map((value) => value - least);
  };
  const series = shown.flatMap(({ subject, colour }): Series[] => [
    {
      name: `${subject.name}, clean labels`,
      colour,
      dash: '2 4',
      width: 1.75,
      isUnnamed: true,
      ys: above(subject.byProbability.value),
    },
    { name: subject.name, colour, ys: above(subject.byProbability.noisy) },
  ]);
  const marks = shown.flatMap(({ subject, colour }) => markOf(subject.noisy, colour));
  return {
    ...byProbability,
    y: { label: 'above its minimum', domain: fromZero(series) },
    series,
    marks,
  };
}

function markOf({ p }: Minimum, colour: string): Mark[] {
  return p === undefined ? [] : [{ x: p, y: 0, colour, text: formatNumber(p, 3) }];
}

/** The loss along the gap of scores less its value at equal scores, beside its tangent there. */
export function tangentChart(shown: readonly Shown[], k: number): ChartData {
  const series = shown.flatMap(({ subject, colour }): Series[] => [
    {
      name: subject.name,
      colour,
      ys: subject.byGap.value.map((value) => value - subject.atEqual),
    },
    {
      name: `${formatNumber(subject.slope, 3)} × unhinged`,
      colour,
      dash: '2 4',
      width: 1.75,
      isUnnamed: true,
      // unhinged is mean z − z_y, here −gap (k − 1)/k
      ys: gaps.map((gap) => (-subject.slope * gap * (k - 1)) / k),
    },
  ]);
  return {
    xs: gaps,
    x: { label: 'score of the label above the others', domain: [-8, 8] },
    y: { label: 'loss' },
    series,
  };
}

function seriesOf(shown: readonly Shown[], of: (subject: Subject) => Float64Array): Series[] {
  return shown.map(({ subject, colour }, i) => ({
    name: subject.name,
    colour,
    dash: i === 0 ? undefined : '9 3',
    ys: of(subject),
  }));
}

/** From 0 to the largest value that is not at the edge, where losses may be infinite. */
function fromZero(series: readonly Series[]): readonly [number, number] {
  let high = 0;
  for (const { ys } of series) {
    for (let i = 3; i < ys.length - 3; i++) high = Math.max(high, ys[i] as number);
  }
  return [0, high > 0 ? high : 1];
}

/** The numbers of a chart at about twenty places. */
export function tableOf({ xs, x, series }: ChartData): Table {
  const every = Math.max(1, Math.round((xs.length - 1) / 20));
  const places = Array.from(xs, (_, i) => i).filter((i) => i % every === 0);
  return {
    columns: [x.label, ...series.map(({ name }) => name)],
    rows: places.map((i) => [
      formatNumber(xs[i] as number, 3),
      ...series.map(({ ys }) => formatNumber(ys[i] as number)),
    ]),
  };
}
