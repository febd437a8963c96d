import { describe, expect, test } from 'vitest';
import { add, mean, mul } from '../../src/graph/index.ts';
import type { ClassLoss } from '../../src/losses/index.ts';
import {
  checkLoss,
  evaluate,
  findLoss,
  logProbs,
  mae,
  parseLoss,
  registerLoss,
} from '../../src/losses/index.ts';
import { removeLoss } from '../../src/losses/registry.ts';
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

  test.each([
    ['name', undefined, 'a text, received undefined'],
    ['parameters', null, 'an object, received null'],
    ['build', 'mae', 'a function, received "mae"'],
    ['symmetric', 'yes', 'a function, received "yes"'],
    ['isBounded', true, 'a function, received true'],
  ])('refuses a definition whose %s is %j, and keeps the others', (key, value, message) => {
    const wrong = { ...definition, name: 'wrong', [key]: value } as typeof definition;
    expect(messageOf(() => registerLoss(wrong))).toBe(`registerLoss, ${key}: expected ${message}`);
    expect(parseLoss('mae').spec).toBe('mae');
  });

  test.each<[string, ClassLoss, string]>([
    ['a scalar', (scores) => mean(logProbs(scores)), '[]'],
    ['one value per row', (scores) => mean(logProbs(scores), -1), '[3]'],
    ['one value per row, [n, 1]', (scores) => mean(logProbs(scores), -1, true), '[3,1]'],
    ['a number', (() => 0.5) as never, '0.5'],
    ['nothing', (() => undefined) as never, 'undefined'],
  ])('a loss that makes %s is refused where it is used', (_, loss, received) => {
    const scores = [
      [1, 2],
      [2, 1],
      [0, 3],
    ];
    const message = `expected a loss for every row and class, [3,2] as the scores, received ${received}; `;
    expect(messageOf(() => evaluate(loss, scores, [0, 1, 0]))).toContain(`loss: ${message}`);
    registerLoss({ ...definition, name: 'misshapen', build: () => loss });
    expect(messageOf(() => evaluate('2*misshapen + ce', scores, [0, 1, 0]))).toContain(
      `loss misshapen: ${message}`,
    );
    removeLoss('misshapen');
    expect(messageOf(() => checkLoss(loss))).toMatch(
      /^loss: expected a loss for every row and class/,
    );
  });

  test('evaluate refuses what is no loss, no rows and no labels', () => {
    expect(messageOf(() => evaluate(null as never, [[1, 2]], [0]))).toBe(
      'loss: expected a spec such as sgce:q=0.4, or a function, received null',
    );
    expect(messageOf(() => evaluate('ce', [], []))).toBe(
      'evaluate: expected rows of 2 scores or more, received no rows',
    );
    expect(messageOf(() => evaluate('ce', [[1, 2]], undefined as never))).toBe(
      'evaluate: expected 1 labels, one per row of scores, received undefined',
    );
  });

  test('options that are undefined are those that are not there', () => {
    const none = { memory: undefined, secondView: undefined };
    expect(evaluate('ce', [[1, 2]], [0], none)).toEqual(evaluate('ce', [[1, 2]], [0]));
    const unset = { k: undefined, noiseRate: undefined, seed: undefined };
    expect(checkLoss('mae', unset)).toEqual(checkLoss('mae'));
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
