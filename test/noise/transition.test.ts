import { describe, expect, it } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import {
  checkProbabilities,
  checkTransition,
  contrast,
  empiricalTransition,
  identityTransition,
  noisyProbabilities,
  symmetricTransition,
} from '../../src/noise/index.ts';

/** Sums of at most ten float64 numbers of size 1: a few units in the last place. */
const ROUNDING_DIGITS = 14;

describe('transition matrices', () => {
  it('identity', () => {
    expect([...identityTransition(2)]).toEqual([1, 0, 0, 1]);
  });

  it('symmetric: the rate is the share of real changes', () => {
    expect([...symmetricTransition(3, 0.5)]).toEqual([
      0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.25, 0.25, 0.5,
    ]);
    expect([...symmetricTransition(4, 0)]).toEqual([...identityTransition(4)]);
    expect([...symmetricTransition(2, 1)]).toEqual([0, 1, 1, 0]);
    expect([...symmetricTransition(1, 0)]).toEqual([1]);
  });

  it('symmetric: refuses a rate outside [0, 1] and one class', () => {
    expect(() => symmetricTransition(3, 1.1)).toThrow('expected a number in [0, 1], received 1.1');
    expect(() => symmetricTransition(1, 0.1)).toThrow(
      'expected an integer of at least 2, received 1',
    );
  });

  it('contrast: 1 without noise, 0 where labels say nothing, negative beyond', () => {
    expect(contrast(10, 0)).toBe(1);
    expect(contrast(10, 0.4)).toBeCloseTo(5 / 9, ROUNDING_DIGITS);
    expect(contrast(10, 0.9)).toBeCloseTo(0, ROUNDING_DIGITS);
    expect(contrast(2, 1)).toBe(-1);
  });

  it('contrast is the second eigenvalue of the symmetric matrix', () => {
    const t = symmetricTransition(5, 0.3);
    // (1, −1, 0, 0, 0) is an eigenvector.
    expect((t[0] as number) - (t[1] as number)).toBeCloseTo(contrast(5, 0.3), ROUNDING_DIGITS);
  });

  it('check: names the bad row and its sum, the bad entry, the wrong size', () => {
    expect(() => checkTransition('T', Float64Array.of(1, 0, 0.5, 0.25), 2)).toThrow(
      'T, row 1: expected a sum of 1, received 0.75',
    );
    expect(() => checkTransition('T', Float64Array.of(1.5, -0.5, 0, 1), 2)).toThrow(
      'T, row 0, column 0: expected a number in [0, 1], received 1.5',
    );
    expect(() => checkTransition('T', Float64Array.of(1, 0, 0, Number.NaN), 2)).toThrow(
      'row 1, column 1',
    );
    expect(() => checkTransition('T', Float64Array.of(1, 0), 2)).toThrow(
      'T: expected 2 x 2 = 4 entries, received 2',
    );
    expect(() => checkTransition('T', Float64Array.of(1, 9e-7, 0, 1), 2)).not.toThrow();
    expect(() => checkTransition('T', Float64Array.of(1, 2e-6, 0, 1), 2)).toThrow(SymlossError);
  });

  it('empirical: row-normalised counts; a class with no rows gets its identity row', () => {
    const given = empiricalTransition(
      Int32Array.of(0, 0, 0, 0, 2),
      Int32Array.of(0, 1, 0, 2, 0),
      3,
    );
    expect([...given]).toEqual([0.5, 0.25, 0.25, 0, 1, 0, 1, 0, 0]);
  });

  it('empirical: refuses different lengths and unknown labels', () => {
    expect(() => empiricalTransition(Int32Array.of(0, 1), Int32Array.of(0), 2)).toThrow(
      'expected 2 labels, as many as trueLabels, received 1',
    );
    expect(() => empiricalTransition(Int32Array.of(0, 2), Int32Array.of(0, 1), 2)).toThrow('row 1');
  });

  it('noisy probabilities are Tᵀp', () => {
    const noisy = noisyProbabilities(
      Float64Array.of(1, 0, 0.5, 0.5),
      2,
      Float64Array.of(0.75, 0.25, 0, 1),
    );
    expect([...noisy]).toEqual([0.75, 0.25, 0.375, 0.625]);
  });

  it('probabilities: names the bad row', () => {
    expect(() => checkProbabilities('p', Float64Array.of(1, 0, 0.5, 0.4), 2)).toThrow(
      'p, row 1: expected probabilities with a sum of 1, received a sum of 0.9',
    );
    expect(() => checkProbabilities('p', Float64Array.of(1.5, -0.5), 2)).toThrow('entry of -0.5');
    expect(() => checkProbabilities('p', Float64Array.of(Number.NaN, 1), 2)).toThrow('row 0');
    expect(() => checkProbabilities('p', Float64Array.of(1, 0, 1), 2)).toThrow('received 3');
  });
});
