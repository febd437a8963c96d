import type { Setting } from './settings.ts';

/** The baselines at softmax (1, 2, 4)/7, as in `settings.ts`. */

export const probs = [1 / 7, 2 / 7, 4 / 7];
export const surprise = [Math.log(7), Math.log(7 / 2), Math.log(7 / 4)];
/** −ln 1e-4 */
const minusLogZero = 4 * Math.LN10;

/** One setting, its symmetric part from the mean of its values. */
export function setting(spec: string, values: readonly number[]): Setting {
  const mean = total(values) / values.length;
  return { spec, values, symmetrized: values.map((v) => v - mean) };
}

export const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
/** a·x + b·y */
export const mix = (a: number, x: readonly number[], b: number, y: readonly number[]) =>
  x.map((v, i) => a * v + b * y[i]!);
export const share = (values: readonly number[]) => values.map((v) => v / total(values));
const remainder = (values: readonly number[]) => share(values).map((v) => 1 - v);

export const mae = [6 / 7, 5 / 7, 3 / 7];
const rce = mae.map((v) => minusLogZero * v);
/** The sum of the logarithms is ln (7³/8) = 3 ln (7/2). */
export const nce = surprise.map((v) => v / (3 * Math.log(3.5)));
export const focal = [
  Math.sqrt(6 / 7) * Math.log(7),
  Math.sqrt(5 / 7) * Math.log(7 / 2),
  Math.sqrt(3 / 7) * Math.log(7 / 4),
];
const focalOne = [(6 / 7) * Math.log(7), (5 / 7) * Math.log(7 / 2), (3 / 7) * Math.log(7 / 4)];
/** Above a smallest probability of 1/20: ln 20p. */
export const nnce = remainder([Math.log(20 / 7), Math.log(40 / 7), Math.log(80 / 7)]);
const nnfl = remainder(focal.map((v) => Math.sqrt(0.95) * Math.log(20) - v));
const agce = [66 / 49, 115 / 98, 75 / 98];
const aul = [39 / 49, 30 / 49, 15 / 49];
const ael = [Math.exp(-2 / 7), Math.exp(-4 / 7), Math.exp(-8 / 7)];

export const baselines: readonly Setting[] = [
  setting('label-smoothing', mix(0.9, surprise, 0.1 * Math.log(3.5), [1, 1, 1])),
  setting('label-smoothing:eps=-2', mix(3, surprise, -2 * Math.log(3.5), [1, 1, 1])),
  setting('rce', rce),
  setting('rce:minProb=0', rce),
  setting('rce:minProb=0.2', [
    (minusLogZero * 6) / 7,
    (minusLogZero * 27) / 35,
    (minusLogZero * 17) / 35,
  ]),
  setting('sce', mix(0.1, surprise, 1, rce)),
  setting('sce:alpha=2,beta=0.5,minProb=0', mix(2, surprise, 0.5, rce)),
  setting('focal', [
    (36 / 49) * Math.log(7),
    (25 / 49) * Math.log(7 / 2),
    (9 / 49) * Math.log(7 / 4),
  ]),
  setting('focal:gamma=0.5', focal),
  setting('focal:gamma=0', surprise),
  setting('nce', nce),
  setting('nfl:gamma=0.5', share(focal)),
  setting('nfl:gamma=1', share(focalOne)),
  setting('nnce', remainder(probs.map((p) => Math.log(1e7 * p)))),
  setting('nnce:minProb=0.05', nnce),
  setting('nnfl:gamma=0.5,minProb=0.05', nnfl),
  setting('nnfl:gamma=1,minProb=0.05', remainder(focalOne.map((v) => 0.95 * Math.log(20) - v))),
  setting('agce:a=1,q=2', agce),
  setting(
    'agce:a=0.2,q=0.5',
    probs.map((p) => 2 * (Math.sqrt(1.2) - Math.sqrt(0.2 + p))),
  ),
  setting('agce:a=2,q=1', mae),
  setting('aul:a=1.5,q=2', aul),
  setting('aul:a=2,q=3', [1854 / 1029, 1385 / 1029, 657 / 1029]),
  setting('ael:a=0.5', ael),
  setting('ael:a=0.25', [Math.exp(-4 / 7), Math.exp(-8 / 7), Math.exp(-16 / 7)]),
  setting('nce+rce', mix(1, nce, 1, rce)),
  setting('nce+rce:alpha=2,beta=0.5,minProb=0', mix(2, nce, 0.5, rce)),
  setting('nce+mae', mix(1, nce, 1, mae)),
  setting('nce+mae:alpha=0.5,beta=2', mix(0.5, nce, 2, mae)),
  setting('nfl+rce', mix(1, share(focal), 1, rce)),
  setting('nfl+rce:alpha=3,beta=0,gamma=1', mix(3, share(focalOne), 0, rce)),
  setting('nce+agce:a=1,q=2', mix(1, nce, 4, agce)),
  setting('nce+agce:alpha=2,beta=3,a=1,q=2', mix(2, nce, 3, agce)),
  setting('nce+aul:a=1.5,q=2', mix(1, nce, 4, aul)),
  setting('nce+aul:alpha=0.5,beta=1,a=1.5,q=2', mix(0.5, nce, 1, aul)),
  setting('nce+ael:a=0.5', mix(1, nce, 4, ael)),
  setting('nce+ael:alpha=10,beta=1,a=0.5', mix(10, nce, 1, ael)),
  setting('anl-ce:minProb=0.05', mix(5, nce, 5, nnce)),
  setting('anl-ce:alpha=1,beta=2,minProb=0.05,delta=0.1', mix(1, nce, 2, nnce)),
  setting('anl-fl:minProb=0.05', mix(5, share(focal), 5, nnfl)),
  setting('anl-fl:alpha=1,beta=2,minProb=0.05', mix(1, share(focal), 2, nnfl)),
];
