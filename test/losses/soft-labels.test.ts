import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

describe('soft labels', () => {
  test('have the mean loss over their labels, and its gradient', () => {
    const scores = [[1, 2, 6]];
    const soft = evaluate('ce', scores, [[0.25, 0.75, 0]]);
    const [first, second] = [evaluate('ce', scores, [0]), evaluate('ce', scores, [1])];
    const mix = (a: number, b: number) => 0.25 * a + 0.75 * b;
    const value = mix(first.values[0]!, second.values[0]!);
    expect(firstDifference(soft.values, [value], tolerances.float64)).toBe(-1);
    const expected = first.gradients[0]!.map((g, j) => mix(g, second.gradients[0]![j]!));
    expect(firstDifference(soft.gradients[0]!, expected, tolerances.float64)).toBe(-1);
  });

  test.each([
    [[[0.5, 0.4, 0]], 'labels, row 0: expected 3 probabilities with sum 1, received 0.5, 0.4, 0'],
    [[[1.5, -0.5, 0]], 'labels, row 0: expected 3 probabilities with sum 1, received 1.5, -0.5, 0'],
    [[[0.5, 0.5]], 'labels, row 0: expected 3 probabilities with sum 1, received 0.5, 0.5'],
  ])('%#', (labels, message) => {
    expect(messageOf(() => evaluate('ce', [[1, 2, 6]], labels))).toBe(message);
  });
});
