import { describe, expect, it } from 'vitest';
import { calibrationInPieces } from '../../src/calibration/calibrate.ts';
import { fitTemperature, fitTemperatureAndTransition } from '../../src/calibration/index.ts';
import { jointFitInPieces } from '../../src/calibration/joint.ts';
import { finishWithBreaks, stream } from '../../src/core/index.ts';
import { symmetricTransition } from '../../src/noise/index.ts';
import { drawClasses, normalScores, range, softmax } from '../noise/synthetic.ts';

/** τ* of the synthetic scores. */
const TRUTH = 0.05;

/**
 * |log(τ/τ of the fit with T known)| over six seeds each: at most 0.11 at k = 10 with 1,000 rows (the
 * matrix; 0.07 one rate), 0.03 at k = 32, 0.08 at k = 100 with 400 rows. Before, a matrix of 50 classes
 * from 2,000 rows gave 0.47.
 */
const LOG_TEMPERATURE_TOLERANCE = 0.15;

/** Over the same fits the rate was off by at most 0.05. */
const RATE_TOLERANCE = 0.08;

function synthetic(k: number, n: number, seed = 1) {
  const rng = stream(seed, 'synthetic');
  const scores = normalScores(n, k, 0.2, rng);
  const trueLabels = drawClasses(softmax(scores, k, TRUTH), k, range(n), rng);
  const transition = symmetricTransition(k, 0.4);
  return { scores, labels: drawClasses(transition, k, trueLabels, rng), transition };
}

describe('noise of one rate', () => {
  const fits = (k: number, n: number) => {
    const { scores, labels, transition } = synthetic(k, n);
    const known = fitTemperature(scores, labels, k, { transition });
    const fit = fitTemperatureAndTransition(scores, labels, k);
    return { ...fit, away: Math.abs(Math.log(fit.temperature / known.temperature)) };
  };

  it.each([
    { k: 10, n: 999 },
    { k: 33, n: 500 },
    { k: 100, n: 400 },
  ])('is fitted where a matrix cannot be, as near the truth: %o', ({ k, n }) => {
    const { away, noiseRate, transition } = fits(k, n);
    expect(away).toBeLessThan(LOG_TEMPERATURE_TOLERANCE);
    expect(Math.abs((noiseRate as number) - 0.4)).toBeLessThan(RATE_TOLERANCE);
    const diagonal = Array.from({ length: k }, (_, i) => transition[i * k + i] as number);
    const right = diagonal.reduce((sum, entry) => sum + entry, 0) / k;
    expect(1 - right).toBeCloseTo(noiseRate as number, 12);
  });

  it('is not fitted where there are rows for a matrix, nor of four classes', () => {
    const { away, noiseRate } = fits(10, 1000);
    expect(away).toBeLessThan(LOG_TEMPERATURE_TOLERANCE);
    expect(noiseRate).toBe(undefined);
    expect(fits(4, 50).noiseRate).toBe(undefined);
  });

  it('costs n·k operations for each temperature, whatever the number of classes', () => {
    const [k, n] = [1000, 50];
    const { scores, labels } = synthetic(k, n);
    const pieces = jointFitInPieces(scores, labels, k);
    let count = 0;
    while (!pieces.next().done) count++;
    // 33 temperatures of the grid and about 20 in between, a piece for each row; then the steps of EM,
    // each of n operations
    expect(count).toBeGreaterThan(50 * n);
    expect(count).toBeLessThan(60 * n + 33 * 50 + 25 * 1000);
  });

  it('an abort is seen before the calibration is done', async () => {
    const { scores, labels } = synthetic(300, 2000);
    const interrupt = new AbortController();
    let isDone = false;
    function* watched() {
      const found = yield* calibrationInPieces({ classCount: 300, validation: { scores, labels } });
      isDone = true;
      return found;
    }
    const calibration = finishWithBreaks(watched(), interrupt.signal);
    setTimeout(() => interrupt.abort(new Error('interrupted')));
    await expect(calibration).rejects.toThrow('interrupted');
    expect(isDone).toBe(false);
  });
});
