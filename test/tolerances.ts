/**
 * The tolerances of all tests, each with its reason. A comparison |a − b| ≤ tol·max(1, |b|)
 * takes one of these; no test carries a bare number.
 */
export const tolerances = {
  /** Float64 against a closed form or a 60-digit reference: a few hundred roundings. */
  float64: 1e-12,
  /** One float32 operation against float64: half a unit in the last place is 6e-8, exp and log 2-4 of them. */
  float32Op: 1e-6,
  /**
   * Sums of up to 320 products of numbers up to 2 in float32, in any order: some tens of roundings
   * of partial sums up to 40, each up to 2e-6. The largest measured is 6e-6.
   */
  float32Sum: 2e-5,
  /**
   * A float32 chain of a loss: tens of roundings, sums over up to 100 classes. The largest measured
   * on the fixture is 1.1e-5, where values near 100 cancel (sgce:q=0.01, scores 1000 apart). Where
   * `symmetrize` makes larger ones cancel, tests scale by them (`cancellation` in losses/values.ts).
   */
  float32Loss: 2e-5,
  /**
   * Up to 8 training steps of a small network in float32: some 30 roundings a step, all carried on.
   * The largest measured is 6e-7.
   */
  float32Steps: 5e-6,
  /**
   * One step of a small convolutional network in float32: sums of up to 1,024 products, forward and
   * back through three layers. The largest measured is 1e-6.
   */
  float32Net: 1e-5,
  /**
   * One step of a network of up to 20 layers in float32 on two devices, from the same values. Each layer, there and back, rounds sums
   * of up to 4,608 products: √4608·6e-8 = 4e-6, forty times. The largest measured is 5.2e-5 (resnet18 on 8 × 8 pixels).
   */
  float32DeepNet: 1.6e-4,
  /**
   * Sums of up to 54 products of numbers up to 8 and below 1 in float16, that are added in float16, too: partial sums up to 30, each off
   * by up to 2⁻¹² of itself, with either sign.
   */
  float16Sum: 5e-2,
  /**
   * Loss and running statistics of a forward pass of a network of up to four layers in float16: each layer rounds its operands, by up to 5e-4 of
   * them, and adds up to 576 products, off by 2⁻¹³·√576 = 3e-3 of a sum. The largest measured is 1.8e-3.
   */
  float16Net: 1e-2,
  /**
   * Euclidean distance of a gradient of such a network from that of float32, as a share of its length. Beside roundings some of the
   * hundreds of relus and maxima that are within 3e-3 of their kink go the other way, and with each its share of the gradient. The
   * largest measured is 0.09; a wrong one is off by about 1.
   */
  float16Gradient: 0.25,
  /**
   * A class loss's gradient in float32: slope · p_y · (1 − p_y), where 1 − p_y is off by a rounding
   * or two of 6e-8 and the slope is up to 10.6 (nce+agce; 9.2 for rce). 1.2e-6 is the largest measured.
   */
  float32LossGradient: 2e-6,
  /** Sine and cosine of a WebGPU shader: WGSL allows an absolute error of 2^-11 in [−π, π], and nothing is promised beyond. */
  shaderTurns: 2 ** -11,
  /** Central differences in float64 with step 1e-5: truncation h² and cancellation 1e-16/h. */
  centralDifference: 1e-6,
  /** A convergence rate read from steps 1e-2 and 1e-3: the next order is 1e-2 times scores up to 10. */
  rate: 0.1,
  /** How far below its supremum a hill climb, or a point chosen near it, may stay. */
  climb: 0.01,
  /** Standard deviations that a sampled mean may be off: beyond 5 with probability 6e-7. */
  deviations: 5,
  /** Of z/√(‖z‖² + 1e-6) the norm is short of 1 by 5e-7/‖z‖², and the rows tested have ‖z‖ > 1. */
  l2Norm: 1e-6,
  /** A number printed to four digits: half a unit of the fourth, of 1.000. */
  fourDigits: 5e-4,
  /** A number printed to five decimals: half a unit of the fifth. */
  fiveDecimals: 5e-6,
  /**
   * Confident learning against its fixture: both in float64, from the same probabilities, with sums over up to 1,797 rows
   * in another order and quotients of them; a 1e-6 that a score is divided by magnifies roundings of 1e-16.
   */
  auditFixture: 1e-9,
  /** Accuracy of a network that two runtimes trained from the same weights and batches: their last bits differ, and so some predictions. */
  trainedAccuracy: 0.01,
  /** What counts as a plain difference, where a property must not hold. */
  plainDifference: 0.1,
  /**
   * Levels of a pixel of an image of one colour after a JPEG of quality 80: Y, Cb and Cr are rounded (1/2) and quantised in steps of 6 to 7
   * for eight times the level (0.43), and a colour is Y + 1.77·Cb at most: (0.5 + 0.43)·2.77 and its own rounding.
   */
  jpegLevel: 3.1,
} as const;

/** Whether |a − b| ≤ tol·max(1, |b|); equal infinities and two NaNs are close. */
export function isClose(a: number, b: number, tolerance: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
}

/** The first index where two arrays differ by more than the tolerance, or −1. */
export function firstDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  tolerance: number,
): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) {
    if (!isClose(a[i] as number, b[i] as number, tolerance)) return i;
  }
  return -1;
}
