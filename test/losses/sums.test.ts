import { describe, expect, test } from 'vitest';
import { parseLoss, splitSpecs } from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';
import { difference, lossMatrix, randomScores } from './values.ts';

const z = randomScores('sums', 10, 4);
const values = (spec: string) => lossMatrix(parseLoss(spec).classLoss, z).flat();

describe('sums of specs', () => {
  test.each<[string, string, readonly (readonly [number, string])[]]>([
    [
      '0.5*ce + 2*mae',
      '0.5*ce + 2*mae',
      [
        [0.5, 'ce'],
        [2, 'mae'],
      ],
    ],
    [
      ' .5 * ce+2*mae ',
      '0.5*ce + 2*mae',
      [
        [0.5, 'ce'],
        [2, 'mae'],
      ],
    ],
    [
      'ce+mae',
      'ce + mae',
      [
        [1, 'ce'],
        [1, 'mae'],
      ],
    ],
    ['3*sgce', '3*sgce:q=0.7', [[3, 'sgce:q=0.7']]],
    ['1*ce', 'ce', [[1, 'ce']]],
    [
      '1e+1*ce + gce:q=+0.5,minProb=1e-1+mae',
      '10*ce + gce:q=0.5,minProb=0.1 + mae',
      [
        [10, 'ce'],
        [1, 'gce:q=0.5,minProb=0.1'],
        [1, 'mae'],
      ],
    ],
    [
      'gce:0.5,0 + 2*rce',
      'gce:q=0.5,minProb=0 + 2*rce:minProb=1e-7',
      [
        [1, 'gce:q=0.5,minProb=0'],
        [2, 'rce'],
      ],
    ],
    // names that contain a plus win where no blank parts them
    ['nce+agce', 'nce+agce:alpha=1', [[1, 'nce+agce']]],
    [
      'nce + agce',
      'nce + agce:a=0.6',
      [
        [1, 'nce'],
        [1, 'agce'],
      ],
    ],
    [
      '2*nce+mae+ce',
      '2*nce+mae:alpha=1 + ce',
      [
        [2, 'nce+mae'],
        [1, 'ce'],
      ],
    ],
    [
      'ce+nce+rce:minProb=0',
      'ce + nce+rce:alpha=1,minProb=0',
      [
        [1, 'ce'],
        [1, 'nce+rce:minProb=0'],
      ],
    ],
    [
      'nce+ce',
      'nce + ce',
      [
        [1, 'nce'],
        [1, 'ce'],
      ],
    ],
    [
      'symmetrize(0.5*ce + nce+rce) + 2*symmetrize(mae)',
      'symmetrize(0.5*ce + nce+rce:alpha=1) + 2*symmetrize(mae)',
      [
        [0.5, 'symmetrize(ce)'],
        [1, 'symmetrize(nce+rce)'],
        [2, 'symmetrize(mae)'],
      ],
    ],
  ])('%s', (spec, canonical, terms) => {
    expect(parseLoss(spec).spec).toBe(canonical);
    expect(parseLoss(canonical).spec).toBe(canonical);
    const parts = terms.map(([factor, term]) => values(term).map((v) => factor * v));
    const expected = values('ce').map((_, i) => parts.reduce((sum, part) => sum + part[i]!, 0));
    expect(difference(values(spec), expected, tolerances.float64)).toBe('equal');
    expect(difference(values(canonical), expected, tolerances.float64)).toBe('equal');
  });
});

test('what a sum carries', () => {
  const sum = parseLoss('2*anl-ce:delta=0.1 + mae');
  expect(sum).toEqual({
    tree: sum.tree,
    spec: '2*anl-ce:alpha=5,delta=0.1 + mae',
    name: 'sum',
    params: {},
    batchTerms: [],
    penalties: [{ kind: 'l1', weight: 0.2 }],
    isBounded: true,
    isBoundedBelow: true,
    symmetric: 'yes',
    defaultScores: 'none',
    classLoss: expect.any(Function),
    smoothness: expect.any(Function),
    symmetrizedSmoothness: expect.any(Function),
  });
});

test.each([
  ['ce + mae', { symmetric: 'no', isBounded: false, defaultScores: 'none' }],
  ['unhinged + mae', { symmetric: 'yes', isBounded: false, defaultScores: 'l2' }],
  ['ce + 0.1*unhinged', { symmetric: 'no', isBounded: false, defaultScores: 'l2' }],
  ['rce + mae', { symmetric: 'nearly', isBounded: true, defaultScores: 'none' }],
  ['symmetrize(ce + mae)', { symmetric: 'yes', isBounded: false, defaultScores: 'l2' }],
])('%s', (spec, expected) => {
  expect(parseLoss(spec)).toMatchObject(expected);
});

test('lists of sums', () => {
  expect(
    splitSpecs('0.5*ce + 2*mae, gce:q=0.5, minProb = 0 + sgce:q=0.4,nce+rce:alpha=1,beta=2 + ce'),
  ).toEqual([
    '0.5*ce + 2*mae',
    'gce:q=0.5,minProb = 0 + sgce:q=0.4',
    'nce+rce:alpha=1,beta=2 + ce',
  ]);
});

describe('errors', () => {
  const factor = (text: string, received: string) =>
    `loss, factor in "${text}": expected a number in (0, ∞), received ${received}`;
  test.each([
    ['0*ce', factor('0*ce', '0')],
    ['ce + -1*mae', factor('ce + -1*mae', '-1')],
    ['1e999*ce', factor('1e999*ce', 'Infinity')],
    ['symmetrize(ce + mae', 'loss: expected balanced parentheses, received "symmetrize(ce + mae"'],
    ['ce + gce:q=2', 'loss gce, q: expected a number in (0, 1], received 2'],
  ])('%s', (spec, message) => {
    expect(messageOf(() => parseLoss(spec))).toBe(message);
  });

  test.each([
    ['ce +', '""'],
    ['+ ce', '""'],
    ['2*', '""'],
    ['x*ce', '"x*ce"'],
    ['2*3*ce', '"3*ce"'],
    ['ce - mae', '"ce - mae"'],
    ['nce+robust', '"robust"'],
  ])('%s: no such loss', (spec, name) => {
    expect(messageOf(() => parseLoss(spec))).toMatch(
      `, received ${name}; or symmetrize(…), unit(…) or logit-clip(…)`,
    );
  });
});
