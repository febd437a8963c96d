import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitSpecs } from '../../src/core/index.ts';
import { columnSpec, noiseColumn } from '../../src/noise/index.ts';
import { planRun } from '../../src/run/plan.ts';

const planned = (noise: string) => {
  const data = { source: 'x.csv', label: 'y' };
  return planRun('g', { data, model: 'linear', noise, loss: 'ce', seed: 1, training: {} }).config;
};

describe('noise from a column of any name', () => {
  test.each([
    ['worse_label', 'column:worse_label'],
    ['worse label', 'column:worse label'],
    ['a=b', 'column:name=a=b'],
    ['a,b', 'column:"a,b"'],
    ['f(x', 'column:"f(x"'],
    ['"', 'column:""""'],
    [' ', 'column:" "'],
    ['a:b', 'column:a:b'],
  ])('%j is %s', (name, spec) => {
    expect(columnSpec(name)).toBe(spec);
    expect(noiseColumn(spec)).toBe(name);
  });

  test('reads back as it was written, in runs and in lists', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (name) => {
        const { noise } = planned(columnSpec(name));
        expect(noise).toBe(columnSpec(name));
        expect(noiseColumn(noise)).toBe(name);
        expect(planned(noise).noise).toBe(noise);
        expect(splitSpecs(`none,${noise},unknown`)).toEqual(['none', noise, 'unknown']);
      }),
    );
  });
});
