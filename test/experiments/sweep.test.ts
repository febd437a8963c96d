import { describe, expect, test } from 'vitest';
import { sweepGrid } from '../../src/experiments/search/sweep.ts';
import { messageOf } from '../messages.ts';

describe('a sweep', () => {
  const base = {
    data: { source: 'digits' },
    model: 'linear',
    noises: ['symmetric:0.2', 'symmetric:0.6'],
    seeds: 2,
    training: { epochs: 5 },
  };

  test('is a grid with each loss at each value', () => {
    const grid = sweepGrid({
      ...base,
      losses: ['gce', 'sgce'],
      parameter: 'q',
      values: [0.3, 1],
    });
    expect(grid).toEqual({
      name: 'sweep-q',
      description: 'Sensitivity to q (0.3, 1) over noise.',
      data: [{ source: 'digits' }],
      models: ['linear'],
      noises: ['symmetric:0.2', 'symmetric:0.6'],
      losses: ['gce:q=0.3', 'gce:q=1', 'sgce:q=0.3', 'sgce:q=1'],
      seeds: 2,
      training: { epochs: 5 },
    });
  });

  test('of a setting gives it to the losses', () => {
    const rates = sweepGrid({
      ...base,
      losses: ['ce', 'sgce:0.4'],
      parameter: 'learningRate',
      values: [0.1, 1],
    });
    expect(rates.losses).toEqual([
      { loss: 'ce', training: { learningRate: 0.1 } },
      { loss: 'ce', training: { learningRate: 1 } },
      { loss: 'sgce:q=0.4', training: { learningRate: 0.1 } },
      { loss: 'sgce:q=0.4', training: { learningRate: 1 } },
    ]);
    const scores = sweepGrid({ ...base, losses: ['unhinged'], parameter: 'scores' });
    expect(scores.losses).toEqual(
      ['none', 'l2', 'batch'].map((kind) => ({ loss: 'unhinged', training: { scores: kind } })),
    );
  });

  test('refuses what cannot be swept', () => {
    const sweep = (parameter: string, values?: (number | string)[], losses = ['ce']) =>
      messageOf(() => sweepGrid({ ...base, losses, parameter, values }));
    expect(sweep('gamma')).toBe(
      'sweep of gamma: expected values to try, received none; defaults are known for q, alpha, learningRate, weightDecay, scores, scoreScale, ema',
    );
    expect(sweep('q')).toBe(
      'sweep of q: expected losses that have it, received ce, which has none; leave it out of losses',
    );
    expect(sweep('learningRate', [0.1, 0.1])).toBe(
      'sweep of learningRate: expected each value once, received 0.1, 0.1',
    );
    expect(sweep('scores', [1])).toBe(
      'sweep of scores: expected one of none, l2, batch, received 1',
    );
    expect(sweep('scoreScale', ['l2'])).toBe(
      'sweep of scoreScale: expected a number, received "l2"',
    );
    expect(sweep('weightDecay', ['none'])).toBe(
      'sweep of weightDecay: expected a number, received "none"',
    );
  });
});
