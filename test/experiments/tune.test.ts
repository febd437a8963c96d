import { describe, expect, test } from 'vitest';
import type { Executor } from '../../src/experiments/executors/executor.ts';
import { ResultsFolder } from '../../src/experiments/results/folder.ts';
import type { TuneOptions } from '../../src/experiments/search/tune.ts';
import { describeTuning, planTuning, tune, tunedGrid } from '../../src/experiments/search/tune.ts';
import {
  edgesOf,
  gridCandidates,
  parseSpace,
  randomCandidates,
} from '../../src/experiments/search/tune-space.ts';
import type { PlannedRun } from '../../src/run/config.ts';
import type { RunRecord } from '../../src/run/record.ts';
import { folders } from '../cli/run.ts';
import { messageOf } from '../messages.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { failedRecord, recordOf } from './made-records.ts';

describe('the space', () => {
  test('is read from text', () => {
    expect(parseSpace('learningRate=0.01..1, weightDecay=1e-3/0.01,q=0.4')).toEqual({
      learningRate: { min: 0.01, max: 1 },
      weightDecay: [0.001, 0.01],
      q: [0.4],
    });
  });

  test.each([
    [
      'q',
      'tuning space: expected each name once, as in learningRate=0.01..1,q=0.1/0.4/0.7, received "q"',
    ],
    ['q=1,q=2', 'received "q=2"'],
    ['q=1..2..3', 'tuning space, q: expected a range such as 0.01..1, received "1..2..3"'],
    ['q=a', 'tuning space, q: expected a number in (-∞, ∞), received "a"'],
  ])('refuses %s', (text, message) => {
    expect(messageOf(() => parseSpace(text))).toContain(message);
  });

  test('is drawn from on a logarithmic scale, alike for all losses', () => {
    const space = { learningRate: { min: 0.001, max: 1 }, q: [0.1, 0.4, 0.7] };
    const [ce = [], gce = []] = randomCandidates(['ce', 'gce'], space, 400, 7);
    const rates = ce.map(({ training }) => training.learningRate as number);
    expect(gce.map(({ training }) => training.learningRate)).toEqual(rates);
    expect([Math.min(...rates) >= 0.001, Math.max(...rates) <= 1]).toEqual([true, true]);
    // log10 is uniform on [−3, 0]: mean −1.5, deviation 3/√12
    const mean = rates.reduce((sum, rate) => sum + Math.log10(rate), 0) / 400;
    const deviation = 3 / Math.sqrt(12) / Math.sqrt(400);
    expect(Math.abs(mean + 1.5) / deviation).toBeLessThan(tolerances.deviations);
    expect(ce.every(({ loss, values }) => loss === 'ce' && !('q' in values))).toBe(true);
    expect(new Set(gce.map(({ loss }) => loss))).toEqual(
      new Set(['gce:q=0.1', 'gce:q=0.4', 'gce:q=0.7']),
    );
    expect(gce.every(({ loss, values }) => loss === `gce:q=${values['q']}`)).toBe(true);
  });

  test('gives the same draws for the same seed, others for another', () => {
    const draw = (seed: number) =>
      randomCandidates(['ce'], { learningRate: { min: 0.01, max: 1 } }, 5, seed);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('is tried in full by a grid search, and every loss as often', () => {
    const [ce, mae] = gridCandidates(['ce', 'mae'], {
      learningRate: [0.1, 1],
      weightDecay: [0, 0.01],
    });
    const expected = [
      { learningRate: 0.1, weightDecay: 0 },
      { learningRate: 0.1, weightDecay: 0.01 },
      { learningRate: 1, weightDecay: 0 },
      { learningRate: 1, weightDecay: 0.01 },
    ];
    expect(ce?.map(({ training }) => training)).toEqual(expected);
    expect(mae?.map(({ training }) => training)).toEqual(expected);
    expect(messageOf(() => gridCandidates(['ce', 'gce'], { q: [0.1, 0.2] }))).toBe(
      'tuning space, q: expected a parameter of all losses, received ce; some losses would be tried more often than others; draw instead (search: random)',
    );
    expect(messageOf(() => gridCandidates(['gce'], { q: { min: 0.1, max: 1 } }))).toContain(
      'expected a list such as 0.01/0.1, received a range',
    );
  });

  test('must be of something that there is', () => {
    const refuse = (space: Parameters<typeof randomCandidates>[1]) =>
      messageOf(() => randomCandidates(['ce', 'gce'], space, 1, 1));
    expect(refuse({ rate: [1] })).toBe(
      'tuning space, rate: expected one of learningRate, weightDecay, scoreScale, ema, q, minProb, received rate',
    );
    expect(refuse({})).toBe('tuning space: expected something to tune, received nothing');
    expect(refuse({ q: { min: 0, max: 1 } })).toContain('received 0..1');
    expect(refuse({ q: [] })).toContain('received none');
  });

  test('has edges', () => {
    const space = { learningRate: { min: 0.01, max: 1 }, q: [0.1, 0.4, 0.7], weightDecay: [0.1] };
    const edges = (learningRate: number, q: number) =>
      edgesOf({ loss: 'gce', training: {}, values: { learningRate, q, weightDecay: 0.1 } }, space);
    expect(edges(0.1, 0.4)).toEqual([]);
    expect(edges(0.0101, 0.7)).toEqual(['learningRate', 'q']);
    expect(edges(0.99, 0.1)).toEqual(['learningRate', 'q']);
  });
});

const options: TuneOptions = {
  name: 'tuned',
  data: { source: 'digits' },
  model: 'linear',
  losses: ['ce', 'gce'],
  noises: ['symmetric:0.4', 'none'],
  seeds: [101, 102],
  training: { epochs: 3 },
  search: 'grid',
  space: { learningRate: [0.01, 0.1, 1], weightDecay: [0, 0.01] },
};

/** Accuracy by rule: best at rate 0.1, lower by 0.1 with decay, 0.2 without noise more, seeds ± 0.01. */
function accuracyOf({ config }: PlannedRun): number {
  const { learningRate, weightDecay } = config.training;
  const rate = learningRate === 0.1 ? 0.6 : 0.5;
  const decay = weightDecay === 0 ? 0 : -0.1;
  return rate + decay + (config.noise === 'none' ? 0.2 : 0) + (config.seed === 101 ? 0.01 : -0.01);
}

function made(result: (run: PlannedRun) => RunRecord): Executor & { readonly ran: PlannedRun[] } {
  const ran: PlannedRun[] = [];
  const execute: Executor = async (runs, { onRecord }) => {
    // in another order than they were given in
    for (const run of [...runs].reverse()) {
      ran.push(run);
      await onRecord(result(run));
    }
  };
  return Object.assign(execute, { ran });
}

const byRule = () => made((run) => recordOf(run.config, { validation: accuracyOf(run) }));

describe('tuning', () => {
  test('makes as many runs for each loss', () => {
    const runs = planTuning(options);
    expect(runs).toHaveLength(2 * 6 * 2 * 2);
    expect(runs.filter(({ config }) => config.loss === 'ce')).toHaveLength(24);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(48);
  });

  test('takes the best mean over noises and seeds', async () => {
    const [ce, gce] = await tune(options, byRule());
    expect([ce?.loss, gce?.loss]).toEqual(['ce', 'gce:q=0.7']);
    expect(ce?.best.training).toEqual({ learningRate: 0.1, weightDecay: 0 });
    expect(isClose(ce?.best.score ?? 0, 0.7, tolerances.float64)).toBe(true);
    // four runs with one validation row each
    const error = Math.sqrt((0.7 * 0.3) / 4);
    expect(isClose(ce?.best.standardError ?? 0, error, tolerances.float64)).toBe(true);
    expect(ce?.atEdge).toEqual(['weightDecay']);
    expect(ce?.trials.map(({ score }) => Number(score.toFixed(10)))).toEqual([
      ...[0.6, 0.5, 0.7, 0.6, 0.6, 0.5],
    ]);
  });

  test('counts a run that diverged as one that learnt nothing', async () => {
    const execute = made((run) => {
      const { learningRate } = run.config.training;
      const isLost = learningRate === 0.1 && run.config.seed === 102 && run.config.loss === 'ce';
      if (!isLost) return recordOf(run.config, { validation: accuracyOf(run) });
      return { ...failedRecord({}, true), id: run.id, config: run.config };
    });
    const [ce] = await tune(options, execute);
    // 0.71 and 0 instead of 0.71 and 0.69: mean 0.355; rates 0.01 and 1 have 0.6, the first wins
    expect(ce?.best.training).toEqual({ learningRate: 0.01, weightDecay: 0 });
    expect(ce?.trials[2]?.diverged).toBe(2);
    expect(isClose(ce?.trials[2]?.score ?? 0, 0.355, tolerances.float64)).toBe(true);
  });

  test('stops at a failure that is no divergence', async () => {
    const execute = made((run) => ({
      ...failedRecord({}, false),
      id: run.id,
      config: run.config,
    }));
    await expect(tune(options, execute)).rejects.toThrow(
      /^run [0-9a-f]{16}: expected a result of \S+, \S+, seed \d+, received worker lost$/,
    );
    const nothing: Executor = async () => {};
    await expect(tune(options, nothing)).rejects.toThrow('internal: the executor has no record');
  });

  test('needs a validation part', async () => {
    const execute = made((run) => recordOf(run.config, { test: 0.9 }));
    await expect(tune(options, execute)).rejects.toThrow(
      'tuning: expected data with a validation part, received none; set validation above 0',
    );
  });

  test('refuses trials beside a full grid, and no losses', () => {
    expect(messageOf(() => planTuning({ ...options, trials: 3 }))).toBe(
      'trials: expected nothing: a grid search tries everything, received 3',
    );
    expect(messageOf(() => planTuning({ ...options, losses: [] }))).toBe(
      'losses: expected losses to tune, received none',
    );
  });

  test('ends as a grid with the settings of each loss', async () => {
    const tuned = await tune(options, byRule());
    expect(tunedGrid(tuned, options, [1, 2])).toEqual({
      name: 'tuned',
      description:
        'Tuned by symloss tune: each loss had 6 trials, a full grid with 2 seeds on symmetric:0.4, none; chosen by mean accuracy on noisy validation labels after the last epoch.',
      data: [{ source: 'digits' }],
      models: ['linear'],
      noises: ['symmetric:0.4', 'none'],
      losses: ['ce', 'gce:q=0.7'].map((loss) => ({
        loss,
        training: { learningRate: 0.1, weightDecay: 0 },
        source: 'symloss tune: validation accuracy 70.0 % on noisy labels',
      })),
      seeds: [1, 2],
      training: { epochs: 3 },
    });
    expect(messageOf(() => tunedGrid(tuned, options, [1, 102]))).toBe(
      'seeds: expected others than those of the tuning, received 102',
    );
    const random = { ...options, search: 'random', trials: 3, seed: 4, seeds: [9] } as const;
    expect(describeTuning(random)).toContain(
      'each loss had 3 random trials (seed 4) with 1 seed on',
    );
  });
});

const folder = folders('tune');

test('the executor of a folder of results makes only what is missing', async () => {
  const runs = planTuning(options).slice(0, 4);
  const results = await ResultsFolder.open(folder());
  const first = byRule();
  await results.executor(first)(runs.slice(0, 3), { onRecord: () => {} });
  expect(results.store.all().length).toBe(3);
  const second = byRule();
  const seen: string[] = [];
  await results.executor(second)(runs, { onRecord: ({ id }) => void seen.push(id) });
  expect(second.ran.map(({ id }) => id)).toEqual([runs[3]?.id]);
  expect(seen).toEqual(runs.map(({ id }) => id));
  const third = byRule();
  await results.executor(third)(runs, { onRecord: () => {} });
  expect(third.ran).toEqual([]);
});
