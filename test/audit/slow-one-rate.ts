import { expectation } from './slow-dawid-skene.ts';

/** Annotators of one rate each with whole matrices and all classes: the second opinion on `oneRateEstimate`. */
export function slowOneRate(
  rows: readonly (readonly number[])[],
  k: number,
  steps: number,
  rowPriors?: readonly (readonly number[])[],
): number[][] {
  const m = (rows[0] as readonly number[]).length;
  const options = { k, ...(rowPriors && { rowPriors }) };
  let targets = new Array<number>(k).fill(1 / k);
  let classes = targets;
  let rates = [0.5];
  let pseudo = [{ drawn: 0.1, kept: 0.9 }];
  const matrixOf = (a: number) =>
    targets.map((_, i) => targets.map((t, j) => rateOf(a) * t + (i === j ? 1 - rateOf(a) : 0)));
  const index = (a: number) => (rates.length === 1 ? 0 : a);
  const rateOf = (a: number) => rates[index(a)] as number;
  let posterior = expectation(rows, classes, matrixOf, options);
  const step = () => {
    const drawn = pseudo.map((own) => own.drawn);
    const all = pseudo.map((own) => own.drawn + own.kept);
    const drawnTo = targets.map(() => 1);
    for (const [n, row] of rows.entries()) {
      for (const [a, label] of row.entries()) {
        if (label < 0) continue;
        const byChance = rateOf(a) * (targets[label] as number);
        const right = posterior[n]?.[label] as number;
        const share = 1 - right + (right * byChance) / (1 - rateOf(a) + byChance);
        drawn[index(a)] = (drawn[index(a)] as number) + share;
        all[index(a)] = (all[index(a)] as number) + 1;
        drawnTo[label] = (drawnTo[label] as number) + share;
      }
    }
    const total = drawnTo.reduce((x, y) => x + y, 0);
    rates = drawn.map((count, i) => count / (all[i] as number));
    targets = drawnTo.map((count) => count / total);
    classes = classes.map(
      (_, c) => (posterior.reduce((x, p) => x + (p[c] as number), 0) + 1 / k) / (rows.length + 1),
    );
    posterior = expectation(rows, classes, matrixOf, options);
  };
  for (let i = 0; i < steps; i++) step();
  const rate = rates[0] as number;
  rates = new Array<number>(m).fill(rate);
  pseudo = rates.map(() => ({ drawn: 5 * rate, kept: 5 * (1 - rate) }));
  for (let i = 0; i < steps; i++) step();
  return posterior;
}
