import { describe, expect, test } from 'vitest';
import { add, mul } from '../../src/graph/index.ts';
import { evaluate, findLoss, mae, parseLoss, registerLoss } from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

describe('registerLoss', () => {
  const definition = { ...findLoss('mae'), name: 'mae' };

  test.each([
    ['mae', 'loss name: expected a new name, received "mae"'],
    ['symmetrize', 'loss name: expected a new name, received "symmetrize"'],
    ['unit', 'loss name: expected a new name, received "unit"'],
    ['sum', 'loss name: expected a new name, received "sum"'],
    ['my+loss', 'loss name: expected small letters, digits and hyphens, received "my+loss"'],
  ])('refuses %s', (name, message) => {
    expect(messageOf(() => registerLoss({ ...definition, name }))).toBe(message);
  });

  test('gives the methods of a loss values of the types of its parameters', () => {
    registerLoss({
      name: 'shifted',
      formula: 'scale (1 - p_y), plus 1 where it is up',
      parameters: {
        scale: { kind: 'number', default: 2, range: { min: 0 }, about: 'factor' },
        shift: { kind: 'choice', default: 'none', options: ['none', 'up'], about: 'what is added' },
        isRough: { kind: 'flag', default: false, about: 'whether no smoothness is known' },
      },
      reference: 'this test',
      symmetric: () => 'yes',
      isBounded: () => true,
      smoothness: ({ scale, isRough }) => (isRough ? undefined : scale / 4),
      build({ scale, shift }) {
        const by = { none: 0, up: 1 }[shift];
        return (scores) => add(mul(mae(scores), scale), by);
      },
    });
    const { values } = evaluate('shifted:3,up', [[0, 0]], [0]);
    expect(firstDifference(values, [3 * 0.5 + 1], tolerances.float64)).toBe(-1);
    expect(parseLoss('shifted:3').smoothness(2)).toBe(0.75);
    expect(parseLoss('shifted:isRough=true').smoothness(2)).toBe(undefined);
    expect(parseLoss('shifted:3,none,true').spec).toBe('shifted:scale=3,isRough=true');
    expect(messageOf(() => parseLoss('shifted:shift=down'))).toBe(
      'loss shifted, shift: expected one of none, up, received "down"',
    );
  });

  test('makes a name known to specs and sums', () => {
    registerLoss({ ...definition, name: 'twin' });
    const scores = [[1, 2, 6]];
    const expected = 1.5 * evaluate('symmetrize(mae)', scores, [0]).values[0]!;
    const { values } = evaluate('symmetrize(0.5*twin + mae)', scores, [0]);
    expect(firstDifference(values, [expected], tolerances.float64)).toBe(-1);
  });
});
