import { describe, expect, test } from 'vitest';
import { studentTCentral, studentTQuantile } from '../../src/core/student-t.ts';
import { messageOf } from '../messages.ts';
import { isClose, tolerances } from '../tolerances.ts';

describe('the quantile', () => {
  // printed tables of Student's t, two-sided
  test.each([
    [0.95, 3, 3.18245],
    [0.95, 4, 2.77645],
    [0.95, 5, 2.57058],
    [0.95, 9, 2.26216],
    [0.95, 10, 2.22814],
    [0.95, 30, 2.04227],
    [0.95, 100, 1.98397],
    [0.9, 7, 1.89458],
    [0.99, 5, 4.03214],
    [0.99, 10, 3.16927],
    [0.999, 20, 3.84952],
  ])('of %d with %d degrees of freedom is the tabled %d', (level, freedom, tabled) => {
    expect(isClose(studentTQuantile(level, freedom), tabled, tolerances.fiveDecimals)).toBe(true);
  });

  test('has its closed forms for one and two degrees of freedom', () => {
    for (const level of [0.1, 0.5, 0.9, 0.95, 0.99]) {
      const cauchy = Math.tan((Math.PI * level) / 2);
      const two = level * Math.sqrt(2 / (1 - level ** 2));
      expect(isClose(studentTQuantile(level, 1), cauchy, tolerances.float64)).toBe(true);
      expect(isClose(studentTQuantile(level, 2), two, tolerances.float64)).toBe(true);
    }
  });

  test('undoes the probability', () => {
    for (const freedom of [1, 2, 3, 6, 17, 50]) {
      for (const level of [0, 0.3, 0.95, 0.999]) {
        const t = studentTQuantile(level, freedom);
        expect(isClose(studentTCentral(t, freedom), level, tolerances.float64)).toBe(true);
      }
    }
  });

  test('tends to the normal one', () => {
    // 1.959964 is the normal quantile, and the first correction (z³ + z)/(4ν) is 2.4e-6 here
    const t = studentTQuantile(0.95, 1_000_000);
    expect(isClose(t, 1.959964, tolerances.fiveDecimals)).toBe(true);
  });

  test('refuses what is no level or no count', () => {
    expect(messageOf(() => studentTQuantile(1, 3))).toBe(
      'confidence level: expected a number in [0, 1), received 1',
    );
    expect(messageOf(() => studentTQuantile(0.95, 0))).toBe(
      'degrees of freedom: expected an integer of at least 1, received 0',
    );
  });
});
