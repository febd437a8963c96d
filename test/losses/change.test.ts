import { expect, test } from 'vitest';
import { parametersOf, withParameter } from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';

test.each<[string, string, number | string, string]>([
  ['gce', 'q', 0.4, 'gce:q=0.4'],
  ['gce:q=0.4,minProb=0', 'q', 1, 'gce:q=1,minProb=0'],
  ['gce:q=0.4,minProb=0', 'minProb', 1e-7, 'gce:q=0.4'],
  ['gce', 'q', '4e-1', 'gce:q=0.4'],
  ['alpha-mae:alpha=0.3', 'form', 'scale', 'alpha-mae:alpha=0.3,form=scale'],
  ['symmetrize(focal:gamma=1)', 'gamma', 3, 'symmetrize(focal:gamma=3)'],
  ['symmetrize(symmetrize(gce:0.7,0))', 'q', 0.1, 'symmetrize(symmetrize(gce:q=0.1,minProb=0))'],
  ['0.5*ce + 2*sgce', 'q', 0.4, '0.5*ce + 2*sgce:q=0.4'],
  ['nce + nce+rce', 'alpha', 2, 'nce + nce+rce:alpha=2'],
  [
    'agce:q=2 + symmetrize(3*focal + gce:minProb=0)',
    'gamma',
    0,
    'agce:a=0.6,q=2 + symmetrize(3*focal:gamma=0 + gce:q=0.7,minProb=0)',
  ],
])('%s with %s = %s', (loss, parameter, value, expected) => {
  expect(withParameter(loss, parameter, value)).toBe(expected);
});

test.each([
  ['symmetrize(sce)', ['alpha', 'beta', 'minProb']],
  ['ce + unhinged', []],
  ['sgce + 2*symmetrize(focal)', ['q', 'gamma']],
  // two of them have q, so that it names neither
  ['sgce + gce', ['minProb']],
  ['agce + symmetrize(gce + sgce)', ['a', 'minProb']],
])('the parameters of %s', (loss, expected) => {
  expect(parametersOf(loss)).toEqual(expected);
});

test.each([
  ['gce', 'alpha', 1, 'loss gce: expected a parameter among q, minProb, received "alpha"'],
  ['ce', 'q', 1, 'loss ce: expected no parameter, received "q"'],
  ['ce + mae', 'q', 1, 'loss ce + mae: expected no parameter, received "q"'],
  ['sgce + gce', 'q', 1, 'loss sgce + gce: expected a parameter among minProb, received "q"'],
  ['sgce', 'q', 0, 'loss sgce, q: expected a number in (0, 1], received 0'],
  ['symmetrize(sgce)', 'q', 'low', 'loss sgce, q: expected a number in (0, 1], received "low"'],
  ['alpha-mae', 'form', 1, 'loss alpha-mae, form: expected one of mix, scale, received 1'],
])('%s cannot have %s = %s', (loss, parameter, value, message) => {
  expect(messageOf(() => withParameter(loss, parameter, value))).toBe(message);
});
