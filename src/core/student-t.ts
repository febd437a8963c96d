import { checkInteger, checkNumber } from './checks.ts';

/**
 * P(|T| ≤ t) of Student's t with an integer number of degrees of freedom ν ≥ 1, t ≥ 0. The regularised
 * incomplete beta function is then a finite sum in θ = atan(t/√ν) (Abramowitz and Stegun, 26.7.3
 * and 26.7.4); all of its terms are positive, so nothing cancels.
 */
export function studentTCentral(t: number, freedom: number): number {
  checkNumber('Student t', t, { min: 0 });
  checkInteger('degrees of freedom', freedom, { min: 1 });
  return centralAt(Math.atan(t / Math.sqrt(freedom)), freedom);
}

/**
 * The t with P(|T| ≤ t) = `level`, as confidence intervals take it: 2.776 for 0.95 and ν = 4.
 * @param level in [0, 1)
 * @param freedom degrees of freedom, an integer of at least 1
 * @throws SymlossError for values out of these ranges
 */
export function studentTQuantile(level: number, freedom: number): number {
  checkNumber('confidence level', level, { min: 0, max: 1, openMax: true });
  checkInteger('degrees of freedom', freedom, { min: 1 });
  // the sum rises with θ from 0 to 1, so bisection is safe, and 60 halvings leave nothing of π/2
  let [low, high] = [0, Math.PI / 2];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (centralAt(middle, freedom) < level) low = middle;
    else high = middle;
  }
  return Math.sqrt(freedom) * Math.tan((low + high) / 2);
}

function centralAt(theta: number, freedom: number): number {
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let total = freedom === 1 ? 0 : term;
  for (let i = isOdd ? 3 : 2; i <= freedom - 2; i += 2) {
    term *= (cosine ** 2 * (i - 1)) / i;
    total += term;
  }
  return isOdd ? (2 / Math.PI) * (theta + sine * total) : sine * total;
}
