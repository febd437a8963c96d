/**
 * The error function in float64: erf x = (2/√π) e^(−x²) Σ_n 2ⁿ x^(2n+1) / (2n+1)!!
 * (all terms of one sign, so no cancellation; Abramowitz and Stegun 7.1.6). ±1 beyond |x| = 6,
 * where 1 − |erf x| < 2.2e-17.
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) >= 6) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}
