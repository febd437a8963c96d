import { baselines } from './settings-baselines.ts';
import { rivals } from './settings-rivals.ts';

/**
 * Settings of every loss in the registry with their values worked out by hand at scores
 * (0, ln 2, ln 4), where softmax is (1, 2, 4)/7: the losses of labels 0, 1 and 2, before and after
 * `symmetrize`.
 */
export interface Setting {
  readonly spec: string;
  readonly values: readonly number[];
  readonly symmetrized: readonly number[];
  /** Whether a part of it is a constant for the gradient, so that it is not the slope of the value. */
  readonly stops?: true;
  /** Whether adding a constant to all scores changes it. */
  readonly shifts?: true;
}

export const handScores = [0, Math.LN2, 2 * Math.LN2];

const { SQRT2, LN2 } = Math;
/** √p_j, j = 0, 1, 2, and the softmax of half the scores, (1, √2, 2)/(3 + √2). */
const roots = [1 / Math.sqrt(7), SQRT2 / Math.sqrt(7), 2 / Math.sqrt(7)] as const;
const halved = [1 / (3 + SQRT2), SQRT2 / (3 + SQRT2), 2 / (3 + SQRT2)] as const;
/** The mean of √p_j, and of √p_j with p_0 = 1/7 raised to 1/5. */
const meanRoot = (3 + SQRT2) / (3 * Math.sqrt(7));
const meanRaised = (1 / Math.sqrt(5) + (SQRT2 + 2) / Math.sqrt(7)) / 3;

const own: readonly Setting[] = [
  {
    spec: 'ce',
    values: [Math.log(7), Math.log(7 / 2), Math.log(7 / 4)],
    symmetrized: [LN2, 0, -LN2],
  },
  { spec: 'mae', values: [6 / 7, 5 / 7, 3 / 7], symmetrized: [4 / 21, 1 / 21, -5 / 21] },
  {
    spec: 'gce:q=0.5,minProb=0',
    values: [2 - 2 * roots[0], 2 - 2 * roots[1], 2 - 2 * roots[2]],
    symmetrized: [2 * (meanRoot - roots[0]), 2 * (meanRoot - roots[1]), 2 * (meanRoot - roots[2])],
  },
  {
    spec: 'gce:q=0.5,minProb=0.2',
    values: [2 - 2 / Math.sqrt(5), 2 - 2 * roots[1], 2 - 2 * roots[2]],
    symmetrized: [
      2 * (meanRaised - 1 / Math.sqrt(5)),
      2 * (meanRaised - roots[1]),
      2 * (meanRaised - roots[2]),
    ],
  },
  {
    spec: 'gce:q=0.25',
    values: [4 - 4 * (1 / 7) ** 0.25, 4 - 4 * (2 / 7) ** 0.25, 4 - 4 * (4 / 7) ** 0.25],
    symmetrized: [
      (-8 / 3) * (1 / 7) ** 0.25 + (4 / 3) * ((2 / 7) ** 0.25 + (4 / 7) ** 0.25),
      (-8 / 3) * (2 / 7) ** 0.25 + (4 / 3) * ((1 / 7) ** 0.25 + (4 / 7) ** 0.25),
      (-8 / 3) * (4 / 7) ** 0.25 + (4 / 3) * ((1 / 7) ** 0.25 + (2 / 7) ** 0.25),
    ],
  },
  { spec: 'unhinged', values: [LN2, 0, -LN2], symmetrized: [LN2, 0, -LN2] },
  {
    spec: 'sgce:q=0.5',
    values: [2 * (meanRoot - roots[0]), 2 * (meanRoot - roots[1]), 2 * (meanRoot - roots[2])],
    symmetrized: [2 * (meanRoot - roots[0]), 2 * (meanRoot - roots[1]), 2 * (meanRoot - roots[2])],
  },
  {
    spec: 'sgce:q=1',
    values: [4 / 21, 1 / 21, -5 / 21],
    symmetrized: [4 / 21, 1 / 21, -5 / 21],
  },
  {
    spec: 'alpha-mae:alpha=0.5,form=scale',
    values: [2 - 2 * halved[0], 2 - 2 * halved[1], 2 - 2 * halved[2]],
    symmetrized: [2 / 3 - 2 * halved[0], 2 / 3 - 2 * halved[1], 2 / 3 - 2 * halved[2]],
  },
  {
    spec: 'alpha-mae:alpha=1,form=scale',
    values: [6 / 7, 5 / 7, 3 / 7],
    symmetrized: [4 / 21, 1 / 21, -5 / 21],
  },
  {
    spec: 'alpha-mae:alpha=0.25',
    values: [3 / 14 + 0.75 * LN2, 5 / 28, 3 / 28 - 0.75 * LN2],
    symmetrized: [1 / 21 + 0.75 * LN2, 1 / 84, -5 / 84 - 0.75 * LN2],
  },
  {
    spec: 'alpha-mae:alpha=0.5,form=mix',
    values: [3 / 7 + 0.5 * LN2, 5 / 14, 3 / 14 - 0.5 * LN2],
    symmetrized: [2 / 21 + 0.5 * LN2, 1 / 42, -5 / 42 - 0.5 * LN2],
  },
  {
    // unit slope: 3^0.5 times sgce:q=0.5
    spec: 'anchored:q=0.5',
    values: [
      0.9 * Math.sqrt(3) * 2 * (meanRoot - roots[0]) + 0.1 * Math.log(7),
      0.9 * Math.sqrt(3) * 2 * (meanRoot - roots[1]) + 0.1 * Math.log(7 / 2),
      0.9 * Math.sqrt(3) * 2 * (meanRoot - roots[2]) + 0.1 * Math.log(7 / 4),
    ],
    symmetrized: [
      0.9 * Math.sqrt(3) * 2 * (meanRoot - roots[0]) + 0.1 * LN2,
      0.9 * Math.sqrt(3) * 2 * (meanRoot - roots[1]),
      0.9 * Math.sqrt(3) * 2 * (meanRoot - roots[2]) - 0.1 * LN2,
    ],
  },
  {
    // 3 times alpha-mae:alpha=0.5,form=scale
    spec: 'anchored:loss=alpha-mae,alpha=0.5,ce=0.25',
    values: [
      0.75 * 3 * (2 - 2 * halved[0]) + 0.25 * Math.log(7),
      0.75 * 3 * (2 - 2 * halved[1]) + 0.25 * Math.log(7 / 2),
      0.75 * 3 * (2 - 2 * halved[2]) + 0.25 * Math.log(7 / 4),
    ],
    symmetrized: [
      0.75 * 3 * (2 / 3 - 2 * halved[0]) + 0.25 * LN2,
      0.75 * 3 * (2 / 3 - 2 * halved[1]),
      0.75 * 3 * (2 / 3 - 2 * halved[2]) - 0.25 * LN2,
    ],
  },
  {
    spec: 'anchored:q=1,ce=0',
    values: [12 / 21, 3 / 21, -15 / 21],
    symmetrized: [12 / 21, 3 / 21, -15 / 21],
  },
];

export const settings: readonly Setting[] = [...own, ...baselines, ...rivals];

/** Every setting, plain and symmetrized. */
export const specs: readonly string[] = settings.flatMap(({ spec }) => [
  spec,
  `symmetrize(${spec})`,
]);
