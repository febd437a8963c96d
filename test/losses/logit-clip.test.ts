import { describe, expect, test } from 'vitest';
import {
  checkLoss,
  evaluate,
  isFromPaper,
  logitClip,
  mae,
  parametersOf,
  parseLoss,
  splitSpecs,
  withParameter,
} from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';
import { difference, jacobian, lossMatrix, randomScores } from './values.ts';

test('the values of clipped scores and of scores within, by hand', () => {
  // norm 5, clipped to 1/2 without eps: (0.3, 0.4); norm 1 stays
  const { values } = evaluate(
    'logit-clip(ce):temp=2,eps=0',
    [
      [3, 4],
      [0.6, 0.8],
    ],
    [0, 0],
  );
  const expected = [Math.log(1 + Math.exp(0.1)), Math.log(1 + Math.exp(0.2))];
  expect(difference(values, expected, tolerances.float64)).toBe('equal');
});

test('gradients agree with central differences, and are finite where all scores are 0', () => {
  const step = 1e-5;
  const loss = logitClip(mae, 0.7);
  for (const z of randomScores('clip', 8, 4, 2)) {
    const moved = (h: number) => z.map((_, j) => z.map((v, i) => (i === j ? v + h : v)));
    const [up, down] = [lossMatrix(loss, moved(step)), lossMatrix(loss, moved(-step))];
    const expected = z.map((_, y) => z.map((_, j) => (up[j]![y]! - down[j]![y]!) / (2 * step)));
    const found = jacobian(loss, z).flat();
    expect(difference(found, expected.flat(), tolerances.centralDifference)).toBe('equal');
  }
  const plain = jacobian(mae, [0, 0, 0]).flat();
  expect(difference(jacobian(loss, [0, 0, 0]).flat(), plain, tolerances.float64)).toBe('equal');
});

describe('what a spec says', () => {
  test.each([
    ['logit-clip(ce)', 'logit-clip(ce):temp=1'],
    ['logit-clip( gce:0.5 ):1.5', 'logit-clip(gce:q=0.5):temp=1.5'],
    ['logit-clip(ce):temp=0.4,eps=1e-8', 'logit-clip(ce):temp=0.4,eps=1e-8'],
    ['2*logit-clip(ce + mae):2 + unhinged', '2*logit-clip(ce + mae):temp=2 + unhinged'],
    ['symmetrize(logit-clip(ce):temp=2)', 'symmetrize(logit-clip(ce):temp=2)'],
    ['logit-clip(symmetrize(ce)):temp=2', 'logit-clip(symmetrize(ce)):temp=2'],
  ])('%s is %s', (spec, canonical) => {
    expect(parseLoss(spec).spec).toBe(canonical);
    expect(parseLoss(canonical).spec).toBe(canonical);
  });

  test('clipped unhinged is bounded and symmetric, so that raw scores train with it', () => {
    const { isBounded, symmetric, defaultScores, smoothness } = parseLoss('logit-clip(unhinged)');
    expect({ isBounded, symmetric, defaultScores, bound: smoothness(3) }).toEqual({
      isBounded: true,
      symmetric: 'yes',
      defaultScores: 'none',
      bound: undefined,
    });
    const { checks } = checkLoss('logit-clip(unhinged)', { k: 3 });
    const holds = (name: string) => checks.find(({ property }) => property === name)?.holds;
    expect([holds('bounded'), holds('symmetric')]).toEqual([true, true]);
  });

  test('its parameters can be changed, and those of the loss in it', () => {
    expect(parametersOf('logit-clip(gce)')).toEqual(['q', 'minProb', 'temp', 'eps']);
    expect(withParameter('logit-clip(gce)', 'temp', '2')).toBe('logit-clip(gce:q=0.7):temp=2');
    expect(withParameter('logit-clip(gce)', 'q', 0.5)).toBe('logit-clip(gce:q=0.5):temp=1');
    expect(messageOf(() => withParameter('logit-clip(gce)', 'temp', 0))).toBe(
      'loss logit-clip, temp: expected a number in (0, ∞), received 0',
    );
  });

  test('in lists, and whether it is from the paper', () => {
    const list = 'logit-clip(gce:q=0.7):temp=0.4,eps=1e-8,ce';
    expect(splitSpecs(list)).toEqual(['logit-clip(gce:q=0.7):temp=0.4,eps=1e-8', 'ce']);
    expect([isFromPaper('logit-clip(ce)'), isFromPaper('logit-clip(sgce)')]).toEqual([false, true]);
  });

  test.each([
    ['logit-clip(ce):temp=0', 'loss logit-clip, temp: expected a number in (0, ∞), received 0'],
    [
      'logit-clip(ce):q=1',
      'loss logit-clip: expected key=value with a key among temp, eps, received "q=1" in "logit-clip:q=1"',
    ],
  ])('%s is refused', (spec, message) => {
    expect(messageOf(() => parseLoss(spec))).toBe(message);
  });
});

test('aliases are names in specs, of the same loss', () => {
  expect(parseLoss('nce+amse:a=20').spec).toBe('jal:alpha=1,a=20');
  expect(parseLoss('nfl+amse').spec).toBe('jal-fl:alpha=1');
  expect(parseLoss('nce + amse').spec).toBe('nce + amse:a=30');
  expect(parseLoss('0.5*nce+amse + ce').spec).toBe('0.5*jal:alpha=1 + ce');
});
