import { describe, expect, test } from 'vitest';
import { lossDefinitions } from '../../src/losses/index.ts';
import { controlsOf, endsOf } from '../../web/rooms/losses/controls.ts';
import { familyOf, familySpecs } from '../../web/rooms/losses/family.ts';
import { mapOf } from '../../web/rooms/losses/map.ts';
import { attempt, isConstant, subjectOf } from '../../web/rooms/losses/subject.ts';

const names = [...lossDefinitions.keys()];
const setting = { noiseRate: 0.4, isUnit: false };

describe.each(names)('%s', (name) => {
  test.each([2, 10])('can be shown at k = %d', (k) => {
    const { byProbability, byGap, spec, rowSums } = subjectOf(name, { ...setting, k });
    for (const values of [byProbability, byGap]) {
      for (const numbers of Object.values(values)) {
        expect(numbers.every((value: number) => Number.isFinite(value))).toBe(true);
      }
    }
    expect(isConstant(rowSums) || spec.symmetric !== 'yes').toBe(true);
  });

  test('is of a family where one of its parameters leads from a loss to another', () => {
    const specs = familySpecs(name);
    const found = familyOf(specs, { ...setting, k: 3 });
    expect(found?.members.length ?? 0).toBe(specs.length);
    const leads = controlsOf(name).some(
      ({ parameter }) =>
        parameter.kind === 'number' && parameter.range.max === 1 && endsOf(parameter) !== undefined,
    );
    expect(found !== undefined).toBe(leads);
  });

  test.each(['gradient', 'noisy'] as const)('has a map of %s', (quantity) => {
    const { lossAt } = subjectOf(name, { ...setting, k: 3 });
    const { low, high } = mapOf(lossAt(3), quantity, 0.4);
    expect(low).toBeLessThanOrEqual(high);
    expect(Number.isFinite(high - low)).toBe(true);
  });
});

test('a hundred classes are few enough', () => {
  const { noisy, byGap } = subjectOf('ce', { ...setting, k: 100 });
  expect(noisy.p).toBeCloseTo(0.6, 7);
  // ln 100 at equal scores
  expect(byGap.value[60]).toBeCloseTo(Math.log(100), 12);
});

test('a loss of unit slope has the slope 1, whatever the classes', () => {
  for (const k of [2, 10, 100]) {
    const { slope, name } = subjectOf('mae', { ...setting, k, isUnit: true });
    expect(slope).toBeCloseTo(1, 12);
    expect(name).toBe('unit(mae)');
  }
});

test('what the library refuses is an error in words', () => {
  expect(attempt(() => subjectOf('gce:q=3', { ...setting, k: 3 })).error).toContain('(0, 1]');
  expect(attempt(() => subjectOf('nnce:minProb=0.05', { ...setting, k: 100 })).error).toContain(
    'below 1/k for 100 classes',
  );
  // no slope to divide by
  expect(attempt(() => subjectOf('er', { ...setting, k: 3, isUnit: true })).error).toContain(
    'falls with the score',
  );
  expect(() => attempt(() => Number('x').toFixed(-1))).toThrow(RangeError);
});

test('a family leads from one loss to another', () => {
  expect(familySpecs('sgce:q=0.3')).toEqual(familySpecs('sgce:q=0.9'));
  expect(familySpecs('ce')).toEqual([]);
  const { ends, members } = familyOf(familySpecs('sgce'), { ...setting, k: 3 }) ?? {};
  expect(ends).toEqual(['unhinged', 'mean absolute error']);
  expect(members?.map(({ name }) => name)).toEqual(
    [0.05, 0.2, 0.4, 0.6, 0.8, 1].map((q) => `q = ${q}`),
  );
  expect(familyOf([], { ...setting, k: 3 })).toBeUndefined();
});
