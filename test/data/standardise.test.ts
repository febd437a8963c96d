import { describe, expect, it } from 'vitest';
import { applyStandardiser, fitStandardiser } from '../../src/data/index.ts';

describe('standardise', () => {
  const features = Float32Array.of(1, 7, 0.1, 3, Number.NaN, 0.1, 5, 9, 0.1, 100, 100, 100);

  it('fits on the given rows, skips missing values and keeps constants at 0', () => {
    const fit = fitStandardiser(features, 3, [0, 1, 2]);
    expect([...fit.mean]).toEqual([3, 8, Math.fround(0.1)]);
    expect([...fit.std]).toEqual([Math.sqrt(8 / 3), 1, 1]);
    expect(fit.missing).toBe(true);
    expect(fitStandardiser(features, 3, [0, 2]).missing).toBe(false);
    const out = applyStandardiser(features, fit);
    expect([...out.slice(0, 9)]).toEqual(
      [-2 / fit.std[0]!, -1, 0, 0, 0, 0, 2 / fit.std[0]!, 1, 0].map(Math.fround),
    );
  });

  it('keeps its precision far from 0', () => {
    const far = Float32Array.of(16777214, 16777216, 16777214, 16777216);
    const fit = fitStandardiser(far, 1, [0, 1, 2, 3]);
    expect([fit.mean[0], fit.std[0]]).toEqual([16777215, 1]);
  });

  it('gives a column without values mean 0 and deviation 1, and works in place', () => {
    const values = Float32Array.of(Number.NaN, 4);
    const fit = fitStandardiser(values, 1, [0]);
    expect([fit.mean[0], fit.std[0], fit.missing]).toEqual([0, 1, true]);
    expect(applyStandardiser(values, fit, values)).toBe(values);
    expect([...values]).toEqual([0, 4]);
  });

  it('refuses wrong lengths and rows', () => {
    expect(() => fitStandardiser(features, 5, [0])).toThrow('expected rows of 5 features');
    expect(() => fitStandardiser(features, 3, [])).toThrow('expected at least one row');
    expect(() => fitStandardiser(features, 3, [4])).toThrow('expected row indices from 0 to 3');
    const fit = fitStandardiser(features, 3, [0]);
    expect(() => applyStandardiser(features, fit, new Float32Array(3))).toThrow(
      'expected room for 12 values in out, received 3',
    );
  });
});
