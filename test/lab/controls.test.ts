import { describe, expect, test } from 'vitest';
import { lossDefinitions, parseLoss, withParameter } from '../../src/losses/index.ts';
import {
  choiceOf,
  controlsOf,
  endsOf,
  lossGroups,
  sliderScale,
  withSymmetrize,
} from '../../web/rooms/losses/controls.ts';
import { attempt } from '../../web/rooms/losses/subject.ts';

const specs = [...lossDefinitions.keys()];

describe('sliders', () => {
  test.each(specs)(
    'of %s are there for every number, and all their positions are taken',
    (spec) => {
      const controls = controlsOf(spec);
      expect(controls.map(({ key }) => key)).toEqual(Object.keys(parseLoss(spec).params));
      for (const { key, parameter, value } of controls) {
        if (parameter.kind !== 'number' || typeof value !== 'number') continue;
        const scale = sliderScale(parameter, value);
        expect(scale.min).toBeLessThan(scale.max);
        // the default is where a slider can stand
        expect(scale.valueAt(scale.positionOf(value))).toBe(value);
        for (const position of [scale.min, scale.min + scale.step, scale.max]) {
          const next = scale.valueAt(position);
          const { value: to = spec, error = '' } = attempt(() => withParameter(spec, key, next));
          const isTaken = controlsOf(to).some((own) => own.key === key && own.value === next);
          // the temperatures of bi-tempered depend on each other
          expect(isTaken || error.includes('at most t2')).toBe(true);
        }
      }
    },
  );

  test('go from one loss to another where a parameter does', () => {
    const [q] = controlsOf('sgce');
    expect(q && endsOf(q.parameter)).toEqual(['unhinged', 'mean absolute error']);
    const [alpha, form] = controlsOf('alpha-mae');
    expect(alpha && endsOf(alpha.parameter)).toEqual(['unhinged', 'mean absolute error']);
    expect(form && endsOf(form.parameter)).toBeUndefined();
  });

  test('reach zero where a clamp may be removed', () => {
    const minProb = controlsOf('gce').find(({ key }) => key === 'minProb');
    if (minProb?.parameter.kind !== 'number') throw new Error('gce has a minProb');
    const scale = sliderScale(minProb.parameter, 1e-7);
    expect(scale.valueAt(scale.min)).toBe(0);
    expect(scale.positionOf(0)).toBe(scale.min);
    expect(scale.valueAt(-4)).toBe(1e-4);
  });

  test('of sums and clipped losses are those that one term only has', () => {
    const keys = (spec: string) => controlsOf(spec).map(({ key, value }) => [key, value]);
    expect(keys('0.5*ce + 2*gce:q=0.3,minProb=0')).toEqual([
      ['q', 0.3],
      ['minProb', 0],
    ]);
    expect(keys('gce + sgce')).toEqual([['minProb', 1e-7]]);
    expect(keys('logit-clip(ce):temp=1.5')).toEqual([
      ['temp', 1.5],
      ['eps', 1e-7],
    ]);
  });
});

describe('the list of losses', () => {
  test('has each once', () => {
    const listed = lossGroups().flatMap(({ choices }) => choices.map(({ value }) => value));
    expect(listed.toSorted()).toEqual(specs.toSorted());
  });

  test('puts those of the paper first, and the others by their symmetry', () => {
    const [paper, symmetric, nearly, not] = lossGroups().map(({ choices }) =>
      choices.map(({ value }) => value),
    );
    expect(paper).toEqual(['unhinged', 'sgce', 'alpha-mae', 'anchored']);
    expect(symmetric).toContain('mae');
    expect(nearly).toContain('rce');
    expect(not).toContain('ce');
  });

  test('sees through symmetrize', () => {
    const of = (spec: string) => choiceOf(parseLoss(spec).tree);
    expect(of('gce:q=0.4')).toEqual({ name: 'gce', isSymmetrized: false });
    expect(of('symmetrize(gce:q=0.4)')).toEqual({ name: 'gce', isSymmetrized: true });
    expect(of('0.5*ce + mae')).toEqual({ name: '', isSymmetrized: false });
    expect(withSymmetrize('gce', true)).toBe('symmetrize(gce)');
    expect(withSymmetrize('symmetrize(gce)', true)).toBe('symmetrize(gce)');
    expect(withSymmetrize('symmetrize(gce)', false)).toBe('gce');
    expect(withSymmetrize('gce', false)).toBe('gce');
  });
});
