import { describe, expect, test } from 'vitest';
import { evaluate, parseLoss, splitSpecs } from '../../src/losses/index.ts';
import { lossNames } from '../../src/losses/registry.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';
import { specs } from './settings.ts';
import { difference, lossMatrix } from './values.ts';

const known = lossNames().join(', ');

describe('canonical specs', () => {
  test.each([
    ['ce', 'ce'],
    ['  mae ', 'mae'],
    ['gce', 'gce:q=0.7'],
    ['gce:q=0.7,minProb=1e-7', 'gce:q=0.7'],
    ['gce:0.5', 'gce:q=0.5'],
    ['gce:0.5,0', 'gce:q=0.5,minProb=0'],
    ['gce:q=0.5,0', 'gce:q=0.5,minProb=0'],
    ['gce:minProb=0', 'gce:q=0.7,minProb=0'],
    ['gce:minProb=0,q=0.50', 'gce:q=0.5,minProb=0'],
    ['gce: q = 5e-1 , minProb = 1e-3', 'gce:q=0.5,minProb=0.001'],
    ['sgce', 'sgce:q=0.7'],
    ['sgce:1', 'sgce:q=1'],
    // the form is always shown: it was another by default
    ['alpha-mae', 'alpha-mae:alpha=0.1,form=mix'],
    ['alpha-mae:0.2,mix', 'alpha-mae:alpha=0.2,form=mix'],
    ['alpha-mae:form=scale', 'alpha-mae:alpha=0.1,form=scale'],
    ['symmetrize(ce)', 'symmetrize(ce)'],
    ['symmetrize( gce:0.5,0 )', 'symmetrize(gce:q=0.5,minProb=0)'],
    ['symmetrize(symmetrize(mae))', 'symmetrize(symmetrize(mae))'],
  ])('%s is %s', (spec, canonical) => {
    expect(parseLoss(spec).spec).toBe(canonical);
    expect(parseLoss(canonical).spec).toBe(canonical);
  });

  test.each(specs)('%s stands for the same loss when written canonically', (spec) => {
    const z = [[0.5, -1, 2]];
    const first = parseLoss(spec);
    const second = parseLoss(first.spec);
    const [a, b] = [lossMatrix(first.classLoss, z), lossMatrix(second.classLoss, z)];
    expect(difference(a.flat(), b.flat(), tolerances.float64)).toBe('equal');
    expect(second.params).toEqual(first.params);
  });
});

test('what a spec carries', () => {
  expect(parseLoss('gce:minProb=0')).toEqual({
    tree: { kind: 'named', name: 'gce', params: { q: 0.7, minProb: 0 } },
    spec: 'gce:q=0.7,minProb=0',
    name: 'gce',
    params: { q: 0.7, minProb: 0 },
    penalties: [],
    batchTerms: [],
    isBounded: true,
    isBoundedBelow: true,
    symmetric: 'no',
    defaultScores: 'none',
    classLoss: expect.any(Function),
    smoothness: expect.any(Function),
    symmetrizedSmoothness: expect.any(Function),
  });
  expect(parseLoss('unhinged').defaultScores).toBe('l2');
  const { name, params, defaultScores } = parseLoss('symmetrize(unhinged)');
  expect({ name, params, defaultScores }).toEqual({
    name: 'symmetrize',
    params: {},
    defaultScores: 'l2',
  });
});

describe('splitSpecs', () => {
  test.each([
    ['ce', ['ce']],
    ['ce,mae, unhinged', ['ce', 'mae', 'unhinged']],
    ['ce,gce:q=0.7,minProb=0,mae', ['ce', 'gce:q=0.7,minProb=0', 'mae']],
    ['alpha-mae:alpha=0.1,form=mix,ce', ['alpha-mae:alpha=0.1,form=mix', 'ce']],
    [
      'symmetrize(gce:q=0.7,minProb=0),sgce:0.4,symmetrize(symmetrize(ce)),mae',
      ['symmetrize(gce:q=0.7,minProb=0)', 'sgce:0.4', 'symmetrize(symmetrize(ce))', 'mae'],
    ],
    ['sgce:q=0.1,sgce:q=0.4', ['sgce:q=0.1', 'sgce:q=0.4']],
    ['gce:q=0.5 , minProb=0 , ce', ['gce:q=0.5,minProb=0', 'ce']],
  ])('%s', (list, expected) => {
    expect(splitSpecs(list)).toEqual(expected);
    expect(() => expected.map(parseLoss)).not.toThrow();
  });
});

describe('errors of specs', () => {
  const names = `loss: expected one of ${known}, received`;
  const hint = 'or symmetrize(…), unit(…) or logit-clip(…) of one of them';
  const among = 'loss gce: expected key=value with a key among q, minProb, received';
  test.each([
    ['focus', `${names} "focus"; did you mean "focal"?`],
    ['cee', `${names} "cee"; did you mean "ce"?`],
    ['', `${names} ""; ${hint}`],
    ['symmetrize()', `${names} ""; ${hint}`],
    ['symmetrize(focus)', `${names} "focus"; did you mean "focal"?`],
    ['unit(focus)', `${names} "focus"; did you mean "focal"?`],
    ['symmetrize(ce):0.5', `${names} "symmetrize(ce):0.5"; ${hint}`],
    ['constructor', `${names} "constructor"; ${hint}`],
    [
      'sgce:gamma=2',
      'loss sgce: expected key=value with a key among q, received "gamma=2" in "sgce:gamma=2"',
    ],
    ['ce:q=1', 'loss ce: expected no parameters, received "q=1" in "ce:q=1"'],
    ['ce:1', 'loss ce: expected no parameters, received "1" in "ce:1"'],
    ['sgce:q=0', 'loss sgce, q: expected a number in (0, 1], received 0'],
    ['sgce:1.5', 'loss sgce, q: expected a number in (0, 1], received 1.5'],
    ['gce:minProb=1', 'loss gce, minProb: expected a number in [0, 1), received 1'],
    ['gce:minProb=-1', 'loss gce, minProb: expected a number in [0, 1), received -1'],
    ['alpha-mae:0', 'loss alpha-mae, alpha: expected a number in (0, 1], received 0'],
    ['alpha-mae:form=add', 'loss alpha-mae, form: expected one of mix, scale, received "add"'],
    ['gce:q=0.5,q=0.7', 'loss gce: expected q once, received "q=0.7" in "gce:q=0.5,q=0.7"'],
    ['gce:minProb=0,0.5', 'loss gce: expected minProb once, received "0.5" in "gce:minProb=0,0.5"'],
    ['gce:q=0x1', 'loss gce, q: expected a number in (0, 1], received "0x1"'],
    ['gce:0.5,0,1', `${among} "1" in "gce:0.5,0,1"`],
    ['gce:q=', 'loss gce: expected a value or key=value, received "q=" in "gce:q="'],
    ['gce:', 'loss gce: expected a value or key=value, received "" in "gce:"'],
    ['gce:q=0.5,', 'loss gce: expected a value or key=value, received "" in "gce:q=0.5,"'],
    ['symmetrize(ce', 'loss: expected balanced parentheses, received "symmetrize(ce"'],
    ['symmetrize(ce))', 'loss: expected balanced parentheses, received "ce)"'],
    ['ce)(', 'loss: expected balanced parentheses, received "ce)("'],
    ['symmetrize(ce)(mae)', 'loss: expected balanced parentheses, received "ce)(mae"'],
  ])('%s', (spec, message) => {
    expect(messageOf(() => parseLoss(spec))).toBe(message);
  });

  test.each(['abc', '0.5x', 'Infinity', 'NaN'])('gce:q=%s', (value) => {
    expect(messageOf(() => parseLoss(`gce:q=${value}`))).toBe(
      `loss gce, q: expected a number in (0, 1], received "${value}"`,
    );
  });

  test('a list with a parenthesis left open fails on the piece that has it', () => {
    const open = splitSpecs('mae,symmetrize(ce,gce');
    expect(open).toEqual(['mae', 'symmetrize(ce,gce']);
    expect(messageOf(() => open.map(parseLoss))).toBe(
      'loss: expected balanced parentheses, received "symmetrize(ce,gce"',
    );
  });
});

describe('errors of evaluate', () => {
  const rows = [
    [1, 2, 6],
    [0, 0, 1],
  ];
  test.each([
    [
      [
        [1, 2, 3],
        [1, 2],
      ],
      [0, 1],
      'scores, row 1: expected 3 scores, as in row 0, received 2',
    ],
    [
      [
        [1, 2],
        [1, Number.NaN],
      ],
      [0, 1],
      'scores, row 1: expected finite scores, received NaN',
    ],
    [
      [[1, Number.NEGATIVE_INFINITY]],
      [0],
      'scores, row 0: expected finite scores, received -Infinity',
    ],
    [rows, [0, 3], 'labels, row 1: expected a label from 0 to 2, received 3'],
    [rows, [-1, 0], 'labels, row 0: expected a label from 0 to 2, received -1'],
    [rows, [0, 0.5], 'labels, row 1: expected a label from 0 to 2, received 0.5'],
    [rows, [0], 'evaluate: expected 2 labels, one per row of scores, received 1'],
    [[[1], [2]], [0, 0], 'evaluate: expected rows of 2 scores or more, received 1 in row 0'],
    [[], [], 'evaluate: expected rows of 2 scores or more, received no rows'],
  ])('%j with labels %j', (scores, labels, message) => {
    expect(messageOf(() => evaluate('ce', scores, labels))).toBe(message);
  });

  test('what its documentation shows', () => {
    expect(evaluate('unhinged', [[1, 2, 6]], [2]).values).toEqual(Float64Array.of(-3));
  });
});

test.each([
  ['symmetrize(', 5000, 'loss: expected a text of at most 10000 characters, received one of 60002'],
  [
    'symmetrize(',
    11,
    'loss: expected symmetrize(…) at most 10 deep, received "symmetrize(ce)"; applying',
  ],
  ['ce + ', 150, 'loss: expected a sum of at most 100 terms, received 151 terms'],
])('a loss that is too large: %s %i times', (part, times, message) => {
  const closed = part.endsWith('(') ? ')'.repeat(times) : '';
  expect(messageOf(() => parseLoss(`${part.repeat(times)}ce${closed}`))).toContain(message);
});
