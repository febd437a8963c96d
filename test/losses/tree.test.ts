import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Parameter } from '../../src/core/index.ts';
import { input } from '../../src/graph/index.ts';
import type { LossTree, NamedLoss, SingleLoss } from '../../src/losses/index.ts';
import {
  isFromPaper,
  lossDefinitions,
  lossSpec,
  mae,
  namedLosses,
  parseLoss,
  parseRecordedTree,
  sgceSmoothness,
} from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';

const named = (name: string, params: NamedLoss['params'] = {}): NamedLoss => ({
  kind: 'named',
  name,
  params,
});

describe('the tree of a spec', () => {
  const gce = named('gce', { q: 0.7, minProb: 0 });
  test.each<[string, LossTree]>([
    ['ce', named('ce')],
    ['gce:minProb=0', gce],
    ['1*gce:minProb=0', gce],
    ['nce+mae', named('nce+mae', { alpha: 1, beta: 1 })],
    ['3*ce', { kind: 'sum', terms: [[3, named('ce')]] }],
    [
      'symmetrize(0.5*ce + symmetrize(gce:0.7,0)) + nce + mae',
      {
        kind: 'sum',
        terms: [
          [
            1,
            {
              kind: 'symmetrize',
              base: {
                kind: 'sum',
                terms: [
                  [0.5, named('ce')],
                  [1, { kind: 'symmetrize', base: gce }],
                ],
              },
            },
          ],
          [1, named('nce')],
          [1, named('mae')],
        ],
      },
    ],
  ])('%s', (spec, tree) => {
    expect(parseLoss(spec).tree).toEqual(tree);
  });

  test('is what its canonical spec has', () => {
    const { tree: trees } = fc.letrec<{ tree: LossTree; single: SingleLoss }>((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, tie('single'), sums(tie('single'))),
      single: fc.oneof(
        { depthSize: 'small' },
        anyNamed,
        tie('tree').map((base): SingleLoss => ({ kind: 'symmetrize', base })),
        tie('tree').map((base): SingleLoss => ({ kind: 'unit', base })),
        fc.tuple(tie('tree'), positive, positive).map(
          ([base, temp, eps]): SingleLoss => ({
            kind: 'logit-clip',
            base,
            params: { temp, eps },
          }),
        ),
      ),
    }));
    fc.assert(
      fc.property(trees, (tree) => {
        const { spec } = lossSpec(tree);
        const read = parseLoss(spec);
        expect(read.tree).toEqual(tree);
        expect(read.spec).toBe(spec);
        expect(parseRecordedTree(spec)).toEqual(tree);
      }),
      { seed: 20260521, numRuns: 300 },
    );
  });
});

const positive = fc.double({ min: 0, minExcluded: true, max: 1e300, noNaN: true });

/** Any loss of the registry with any values of its parameters. */
const anyNamed = fc.constantFrom(...lossDefinitions.values()).chain(({ name, parameters }) =>
  fc
    .record(Object.fromEntries(Object.entries(parameters).map(([key, p]) => [key, valuesOf(p)])))
    .map((params) => named(name, params))
    .filter(isAllowed),
);

/** Some parameters limit each other. */
function isAllowed(loss: NamedLoss): boolean {
  const { t1 = 0, t2 = 0, iters = 0 } = loss.params as Record<string, number>;
  return loss.name !== 'bi-tempered' || (t1 <= t2 && (t2 > 1 || iters === 0));
}

function valuesOf(parameter: Parameter): fc.Arbitrary<number | string | boolean> {
  if (parameter.kind === 'choice') return fc.constantFrom(...parameter.options);
  if (parameter.kind === 'flag') return fc.boolean();
  if (parameter.kind !== 'number') throw new Error(`no values for a ${parameter.kind}`);
  const { min = -1e300, max = 1e300, openMin = false, openMax = false } = parameter.range;
  if (parameter.integer) return fc.integer({ min, max });
  return fc
    .double({ min, max, minExcluded: openMin, maxExcluded: openMax, noNaN: true })
    .map((value) => value + 0); // −0 is written 0
}

/** Of two terms or more, or of one with a factor: 1 times a loss is that loss. */
function sums(single: fc.Arbitrary<SingleLoss>): fc.Arbitrary<LossTree> {
  const factor = fc.double({ min: 0, minExcluded: true, max: 1e300, noNaN: true });
  return fc
    .array(fc.tuple(fc.oneof(fc.constant(1), factor), single), { minLength: 1, maxLength: 3 })
    .filter((terms) => terms.length > 1 || terms[0]?.[0] !== 1)
    .map((terms) => ({ kind: 'sum', terms }));
}

test.each([
  ['gce:q=0.4', ['gce']],
  ['nce+rce', ['nce+rce']],
  ['nce + 2*rce', ['nce', 'rce']],
  ['symmetrize(alpha-mae:form=mix)', ['alpha-mae']],
  ['ce + symmetrize(mae + symmetrize(ce))', ['ce', 'mae', 'ce']],
  ['unit(0.5*ce + unit(mae))', ['ce', 'mae']],
])('the losses that %s is made of', (spec, names) => {
  expect(namedLosses(parseLoss(spec).tree).map(({ name }) => name)).toEqual(names);
});

test.each<[string, number | undefined]>([
  ['ce', 1 / 2],
  ['unhinged', 0],
  ['mae', 1 / (3 * Math.sqrt(3))],
  ['alpha-mae:alpha=0.3', 0.3 / (3 * Math.sqrt(3))],
  ['gce:q=0.4,minProb=0', 1 / 2],
  ['gce:q=0.4', undefined],
  ['sgce:q=0.4', sgceSmoothness(0.4, 10)],
  ['sgce:q=1', 1 / (3 * Math.sqrt(3))],
  ['rce', undefined],
  ['symmetrize(ce)', 0],
  ['symmetrize(symmetrize(ce))', 0],
  ['symmetrize(mae)', 1 / (3 * Math.sqrt(3))],
  ['symmetrize(sgce:q=0.4)', sgceSmoothness(0.4, 10)],
  ['symmetrize(gce:q=0.4,minProb=0)', ((2 * 9) / 10) * (1 / 2)],
  // symmetrized once, it loses nothing more
  ['symmetrize(symmetrize(gce:q=0.4,minProb=0))', ((2 * 9) / 10) * (1 / 2)],
  ['symmetrize(gce:q=0.4)', undefined],
  ['unit(rce)', undefined],
  ['ce + mae', undefined],
  ['symmetrize(ce + mae)', undefined],
])('the proved smoothness of %s at 10 classes is %d', (spec, bound) => {
  expect(parseLoss(spec).smoothness(10)).toBe(bound);
});

test.each([
  ['sgce', true],
  ['unhinged', true],
  ['alpha-mae:alpha=0.3', true],
  ['symmetrize(ce)', true],
  ['ce + 0.1*unhinged', true],
  ['gce', false],
  ['ce + mae', false],
  // nothing is known of losses that are not registered
  ['brier:sgce=1', false],
  ['symmetrize(brier)', true],
  ['brier + symmetrize(brier)', true],
])('%s is from the paper: %s', (spec, expected) => {
  expect(isFromPaper(spec)).toBe(expected);
});

describe('the tree of a recorded spec', () => {
  test.each<[string, LossTree]>([
    ['gce:q=0.4', named('gce', { q: 0.4, minProb: 1e-7 })],
    ['brier', named('brier')],
    ['symmetrize(brier:a=1,b=(2))', { kind: 'symmetrize', base: named('brier') }],
    [
      '2*brier:a=1 + gce:alpha=3',
      {
        kind: 'sum',
        terms: [
          [2, named('brier')],
          [1, named('gce')],
        ],
      },
    ],
  ])('%s', (spec, tree) => {
    expect(parseRecordedTree(spec)).toEqual(tree);
  });
});

test('a tree may name only losses that are registered', () => {
  expect(messageOf(() => lossSpec(named('brier')))).toContain('received "brier"');
  const scores = input('scores', [2, 3]);
  expect(lossSpec(named('mae')).classLoss(scores)).toBe(mae(scores));
});
