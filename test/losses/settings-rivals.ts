import type { Setting } from './settings.ts';
import {
  focal,
  mae,
  mix,
  nce,
  nnce,
  probs,
  setting,
  share,
  surprise,
  total,
} from './settings-baselines.ts';

/** Losses published since 2019 at softmax (1, 2, 4)/7, as in `settings.ts`. */

const { LN2, log, sqrt } = Math;
/** ‖p‖² = 3/7, so (3/7 − 4p_y + 4)/3. */
const amseTwo = [9 / 7, 23 / 21, 5 / 7];
/** −ln of (1/7, 2/7, 4/7 + 3)/4. */
const epsSurprise = [log(28), log(14), log(28 / 25)];
const entropy = total(probs.map((p, j) => p * surprise[j]!));

/** Jensen-Shannon with equal weights, times ln 2: −ln M_y + Σ_j p_j ln(p_j/M_j), M = (e_y + p)/2. */
const jensenShannon = [
  log(7 / 4) + (4 / 7) * LN2,
  log(14 / 9) + (5 / 7) * LN2 + (2 / 7) * log(4 / 9),
  log(14 / 11) + (3 / 7) * LN2 + (4 / 7) * log(8 / 11),
];
/** The same, logarithms of numbers raised to 1/5. */
const jensenShannonRaised = [
  log(7 / 4) + (1 / 7) * log(7 / 20) + (2 / 7) * log(10 / 7) + (4 / 7) * LN2,
  log(14 / 9) + (2 / 7) * log(4 / 9) + (4 / 7) * LN2,
  log(14 / 11) + (2 / 7) * log(10 / 7) + (4 / 7) * log(8 / 11),
];

/** Softplus of the scores is (ln 2, ln 3, ln 5), of sum ln 30. */
const margins = [2, 3, 5].map((v) => (3 * log(v)) / log(30));
function ldrKl(lambda: number, c: number, of: readonly number[] = margins): number[] {
  return of.map((own, y) => {
    const violated = of.map((r, j) => Math.exp(((j === y ? 0 : c) + r - own) / lambda));
    return lambda * log(total(violated) / 3);
  });
}

const elr = (beta: number, lambda: number) =>
  surprise.map((s) => s + lambda * log(1 - ((1 - beta) * 3) / 7));

const stopsAndShifts = { stops: true, shifts: true } as const;
/** The same with λ of its own: at scores (0, ln 2, 2 ln 2) without softplus r is (0, 1, 2). */
function aldrKl(lambda: number, c: number, r: readonly number[], alpha = 2): number[] {
  const raised = share(r.map((v) => Math.exp(v / lambda))).map((p) => p + 1e-5);
  const spread = total(share(raised).map((p) => p * log(3 * p))) / (alpha * log(3));
  const own = lambda - lambda * spread;
  const penalty = ((alpha * log(3)) / (2 * lambda)) * (own - lambda) ** 2;
  return ldrKl(own, c, r).map((v) => v - penalty);
}

/** The tempered softmax by bisection: p_j = max(1 − (1 − t)(z_j − L), 0)^(1/(1 − t)) with sum 1. */
function temperedSoftmax(t: number): number[] {
  const at = (norm: number) =>
    [0, LN2, 2 * LN2].map((z) => Math.max(1 + (1 - t) * (z - norm), 0) ** (1 / (1 - t)));
  let [low, high] = [2 * LN2, 2 * LN2 + 10];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (total(at(middle)) > 1) low = middle;
    else high = middle;
  }
  return at(high);
}
/** t1 = 1/2: 2(1 − √p_y) − (1 − Σ p^(3/2))·2/3. */
const biTempered = (p: readonly number[]) =>
  p.map((v) => 2 * (1 - sqrt(v)) - (1 - total(p.map((q) => q ** 1.5))) / 1.5);
const heavy = temperedSoftmax(2);

/** Normalised scores over τ = 1/2: (0, 2, 4)/√5. */
const sharp = [0, 2, 4].map((v) => Math.exp(v / sqrt(5)));
const sharpShare = sharp.map((v) => v / total(sharp));

export const rivals: readonly Setting[] = [
  // seen for the first time: the average of predictions is (1 − β)p, and ‖p‖² = 3/7
  { ...setting('elr', elr(0.7, 3)), stops: true },
  { ...setting('elr:beta=0.5,lambda=1', elr(0.5, 1)), stops: true },
  { ...setting('aldr-kl:lambda=1,c=2,softplus=true', aldrKl(1, 2, margins)), ...stopsAndShifts },
  { ...setting('aldr-kl:lambda=2,alpha=3', aldrKl(2, 0.1, [0, 1, 2], 3)), ...stopsAndShifts },
  // seen for the first time: u = v = 0, and the squared error is 2 unless the label is on top
  setting('sop', [2 + surprise[0]!, 2 + surprise[1]!, surprise[2]!]),
  setting('sop:rateU=0.1', [2 + surprise[0]!, 2 + surprise[1]!, surprise[2]!]),
  // of two equal views, and without the term of the batch
  setting('sop:consistency=0.9,balance=0.1', [2 + surprise[0]!, 2 + surprise[1]!, surprise[2]!]),
  setting('er', [0, 0, 0]),
  setting('er:lambda=0.5', [0, 0, 0]),
  setting('anl-ce+er:minProb=0.05', mix(5, nce, 5, nnce)),
  setting('anl-ce+er:alpha=1,beta=2,lambda=0,minProb=0.05', mix(1, nce, 2, nnce)),
  setting('amse:a=2', amseTwo),
  setting('amse:a=1', [8 / 21, 6 / 21, 2 / 21]),
  setting('jal:a=2', mix(1, nce, 1, amseTwo)),
  setting('jal:alpha=5,beta=0.5,a=2', mix(5, nce, 0.5, amseTwo)),
  setting('jal-fl:a=2', mix(1, share(focal), 1, amseTwo)),
  setting('jal-fl:alpha=0.5,beta=2,a=2', mix(0.5, share(focal), 2, amseTwo)),
  setting('eps-softmax:m=3', epsSurprise),
  setting('eps-softmax:m=3,alpha=0.5,beta=2', mix(0.5, epsSurprise, 4, mae)),
  setting('eps-softmax:m=3,minProb=0.05', [log(20), log(14), log(28 / 25)]),
  setting('eps-softmax:m=3,minProb=0', epsSurprise),
  setting('eps-softmax:m=3,alpha=0,beta=1', mix(2, mae, 0, mae)),
  setting(
    'eps-softmax-fl:m=3,gamma=1',
    mix(1, [(27 / 28) * log(28), (26 / 28) * log(14), (3 / 28) * log(28 / 25)], 0, mae),
  ),
  setting('eps-softmax-fl:m=3,alpha=2,beta=0.5,gamma=0', mix(2, epsSurprise, 1, mae)),
  setting(
    'gjs:pi=0.5',
    jensenShannon.map((v) => v / LN2),
  ),
  setting(
    'gjs:pi=0.5,scale=none',
    jensenShannon.map((v) => v / 2),
  ),
  setting(
    'js:pi=0.5',
    jensenShannon.map((v) => v / LN2),
  ),
  setting(
    'js:pi=0.5,scale=none',
    jensenShannon.map((v) => v / 2),
  ),
  setting(
    'js:pi=0.5,scale=none,minProb=0.2',
    jensenShannonRaised.map((v) => v / 2),
  ),
  setting(
    'js:pi=0.5,minProb=0',
    jensenShannon.map((v) => v / LN2),
  ),
  { ...setting('ldr-kl:lambda=0.5', ldrKl(0.5, 0.1)), shifts: true },
  { ...setting('ldr-kl:lambda=1,c=2', ldrKl(1, 2)), shifts: true },
  setting('bi-tempered:t1=1,t2=1', mix(1, surprise, 0, surprise)),
  setting('bi-tempered:t1=0.5,t2=1', biTempered(probs)),
  setting('bi-tempered:t1=0.5,t2=2', biTempered(heavy)),
  setting(
    'bi-tempered:t1=1,t2=2',
    heavy.map((p) => -log(p) - (1 - total(heavy))),
  ),
  setting('bi-tempered:t1=0.5,t2=0.75', biTempered(temperedSoftmax(0.75))),
  setting('taylor-ce:t=2', [60 / 49, 95 / 98, 51 / 98]),
  setting('taylor-ce:t=1', mae),
  setting('bootstrap-soft:beta=0.75', mix(0.75, surprise, 0.25 * entropy, [1, 1, 1])),
  setting(
    'bootstrap-soft:beta=0.75,minProb=0.2',
    mix(
      0.75,
      [log(5), log(7 / 2), log(7 / 4)],
      0.25 * (log(5) / 7 + (2 / 7) * log(7 / 2) + (4 / 7) * log(7 / 4)),
      [1, 1, 1],
    ),
  ),
  setting(
    'bootstrap-soft:beta=0.5,clamp=both,minProb=0.05',
    mix(0.5, surprise, 0.5 * entropy, [1, 1, 1]),
  ),
  setting('bootstrap-soft:beta=0.75,minProb=0', mix(0.75, surprise, 0.25 * entropy, [1, 1, 1])),
  setting('bootstrap-hard:beta=0.8', mix(0.8, surprise, 0.2 * log(7 / 4), [1, 1, 1])),
  setting('bootstrap-hard:beta=0.5,minProb=0.05', mix(0.5, surprise, 0.5 * log(7 / 4), [1, 1, 1])),
  {
    ...setting(
      'ce+sr:tau=0.5,p=0.5,lambda=3',
      mix(
        1,
        sharpShare.map((p) => -log(p)),
        3 * total(sharpShare.map(sqrt)),
        [1, 1, 1],
      ),
    ),
    shifts: true,
  },
  setting(
    'ce+sr:tau=1,p=0.5,lambda=0.5,normalize=false',
    mix(1, surprise, (0.5 * (3 + sqrt(2))) / sqrt(7), [1, 1, 1]),
  ),
];
