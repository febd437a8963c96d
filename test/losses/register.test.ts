import { describe, expect, test } from 'vitest';
import { evaluate, findLoss, registerLoss } from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

describe('registerLoss', () => {
  const definition = { ...findLoss('mae'), name: 'mae' };

  test.each([
    ['mae', 'loss name: expected a new name, received "mae"'],
    ['symmetrize', 'loss name: expected small letters, digits and hyphens, received "symmetrize"'],
    ['my+loss', 'loss name: expected small letters, digits and hyphens, received "my+loss"'],
  ])('refuses %s', (name, message) => {
    expect(messageOf(() => registerLoss({ ...definition, name }))).toBe(message);
  });

  test('makes a name known to specs and sums', () => {
    registerLoss({ ...definition, name: 'twin' });
    const scores = [[1, 2, 6]];
    const expected = 1.5 * evaluate('symmetrize(mae)', scores, [0]).values[0]!;
    const { values } = evaluate('symmetrize(0.5*twin + mae)', scores, [0]);
    expect(firstDifference(values, [expected], tolerances.float64)).toBe(-1);
  });
});
