import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { CompareOptions, Run } from '../../src/run/index.ts';
import { tolerances } from '../tolerances.ts';
import { data } from './centres.ts';
import { core, runModule, SymlossError } from './package.ts';

const { compare } = runModule;
const { meanAndStd } = core;

const quick = {
  data,
  model: 'mlp:8',
  noise: 'symmetric:0.3',
  epochs: 2,
  losses: ['sgce:q=0.7', 'ce'],
  seeds: [4, 2],
} satisfies CompareOptions;

const noData =
  'data: expected a dataset, received undefined; make one with fromArrays, readCsv or digits';

const keyOf = ({ loss, seed }: { loss: string; seed: number }) => `${loss} ${seed}`;
const expectedKeys = ['sgce:q=0.7 4', 'sgce:q=0.7 2', 'ce 4', 'ce 2'];

function trainedOf(run: Run | undefined) {
  if (run?.trained === undefined) throw run?.error ?? new Error('no such run');
  return run.trained;
}

describe('the runs', () => {
  test('come in order, seeds within losses, and are the same one or three at a time', async () => {
    const ended: string[] = [];
    const epochs: string[] = [];
    const one = await compare({
      ...quick,
      onRun: (run) => ended.push(keyOf(run)),
      onEpoch: (key, { epoch }) => epochs.push(`${keyOf(key)} ${epoch}`),
    });
    expect(one.map(keyOf)).toEqual(expectedKeys);
    expect(ended).toEqual(expectedKeys); // one at a time: they end as they start
    expect(epochs).toEqual(expectedKeys.flatMap((key) => [`${key} 1`, `${key} 2`]));

    const endedOfThree: string[] = [];
    const three = await compare({
      ...quick,
      jobs: 3,
      onRun: (run) => endedOfThree.push(keyOf(run)),
    });
    expect(three.map(keyOf)).toEqual(expectedKeys);
    expect(new Set(endedOfThree)).toEqual(new Set(expectedKeys));
    expect(endedOfThree.length).toBe(4);
    for (const [i, run] of one.entries()) {
      expect(trainedOf(three[i]).onnx).toEqual(trainedOf(run).onnx);
    }
  });

  test('each run has its loss and seed; runs of one seed share noise and split', async () => {
    const runs = (await compare({ ...quick, jobs: 2 })).map(trainedOf);
    expect(runs.map(({ settings }) => `${settings.loss} ${settings.seed}`)).toEqual(expectedKeys);
    const models = new Set(runs.map(({ onnx }) => Buffer.from(onnx).toString('latin1')));
    expect(models.size).toBe(4);
    const [a, b, c, d] = runs.map(({ metrics }) => metrics);
    expect(c?.wrongShare).toBe(a?.wrongShare);
    expect(d?.wrongShare).toBe(b?.wrongShare);
    expect(a?.rows).toEqual({ train: 65, validation: 7, test: 18 });
  });

  test('losses and seeds must be lists', async () => {
    await expect(compare({ ...quick, losses: 'ce' as never })).rejects.toThrow(
      'losses: expected an array, received "ce"',
    );
    await expect(compare({ ...quick, seeds: 2 as never })).rejects.toThrow(
      'seeds: expected an array, received 2',
    );
  });

  test('no loss or no seed is no run', async () => {
    expect(await compare({ ...quick, losses: [] })).toEqual([]);
    expect(await compare({ ...quick, seeds: [], jobs: 2 })).toEqual([]);
  });
});

/** Settings with which an unbounded loss explodes at its second step, and a bounded one does not. */
const wild = {
  model: 'linear',
  scores: 'none',
  learningRate: 1e20,
  clipNorm: 1e9,
  weightDecay: 0,
  batchSize: 8,
} as const;

describe('faults', () => {
  test('a run that diverges is recorded with its error, the others go on', async () => {
    const ended: string[] = [];
    const runs = await compare({
      ...quick,
      losses: ['unhinged', 'mae'],
      seeds: [1, 2],
      jobs: 2,
      ...wild,
      onRun: (run) => ended.push(keyOf(run)),
    });
    expect(runs.map(keyOf)).toEqual(['unhinged 1', 'unhinged 2', 'mae 1', 'mae 2']);
    expect(new Set(ended)).toEqual(new Set(runs.map(keyOf)));
    for (const { trained, error } of runs.slice(0, 2)) {
      expect(trained).toBeUndefined();
      expect(error).toBeInstanceOf(SymlossError);
      expect(error?.kind).toBe('failure');
      expect(error?.where).toBe('training, epoch 1, step 2');
      expect(error?.hint).toMatch(/^lower the learning rate/);
    }
    for (const run of runs.slice(2)) {
      const { final } = trainedOf(run).metrics;
      expect(final.epoch).toBe(2);
      expect(final.loss).toBeGreaterThanOrEqual(0); // 1 − p_y
      expect(final.loss).toBeLessThanOrEqual(1);
    }
  });

  test('a run that diverges in its last step is one of them', async () => {
    const last = {
      losses: ['sgce:q=0.7', 'mae'],
      model: 'linear',
      batchSize: 128,
      learningRate: 1e30,
      seeds: [1],
    }; // a step an epoch
    for (const validation of [0, 0.2]) {
      const runs = await compare({ ...quick, ...last, validation });
      expect(runs.length).toBe(2);
      for (const { error } of runs) {
        expect(error?.message).toMatch(
          /^training, epoch 2, step 2: expected finite scores after it, received (NaN|Infinity) at learning rate 5e\+29; lower /,
        );
        expect(error?.kind).toBe('failure');
      }
    }
  });

  test('a usage error rejects and ends the runs beside it', async () => {
    let epochs = 0;
    const ended: string[] = [];
    const work = compare({
      ...quick,
      losses: ['mae', 'unhinged', 'no-such-loss'],
      seeds: [1],
      jobs: 2, // the third starts when the second has diverged, beside the first
      ...wild,
      epochs: 20_000, // would take many seconds
      onEpoch: () => epochs++,
      onRun: (run) => ended.push(keyOf(run)),
    });
    await expect(work).rejects.toThrow(/^loss: expected one of ce, .*, received "no-such-loss"/);
    await delay(300); // a step to end, and messages on their way
    const after = epochs;
    await delay(300);
    expect(epochs).toBe(after);
    expect(after).toBeLessThan(20_000);
    expect(ended).toEqual(['unhinged 1']);
  });

  test("an abort rejects with the signal's reason", async () => {
    const reason = new Error('enough');
    const stop = new AbortController();
    const ended: string[] = [];
    const work = compare({
      ...quick,
      epochs: 100_000,
      jobs: 2,
      signal: stop.signal,
      onEpoch: () => stop.abort(reason),
      onRun: (run) => ended.push(keyOf(run)),
    });
    await expect(work).rejects.toBe(reason);
    expect(ended).toEqual([]);
  });

  test('what a callback throws rejects', async () => {
    const fault = new Error('from onRun');
    const onRun = () => {
      throw fault;
    };
    await expect(compare({ ...quick, onRun })).rejects.toBe(fault);
  });

  test.each([0, -1, 1.5, Number.NaN])('%d jobs', async (jobs) => {
    await expect(compare({ ...quick, jobs })).rejects.toThrow(/^jobs: expected .*, received /);
  });
});

describe('meanAndStd', () => {
  test.each([
    // (1 + 2 + 3 + 6)/4 = 3; ((−2)² + (−1)² + 0² + 3²)/3 = 14/3
    [[1, 2, 3, 6], 3, Math.sqrt(14 / 3)],
    [[0.5, 0.7], 0.6, Math.sqrt(0.02)],
    [[4], 4, 0],
    [[2, 2, 2], 2, 0],
  ])('of %j', (values, mean, std) => {
    const result = meanAndStd(values);
    expect(Math.abs(result.mean - mean)).toBeLessThanOrEqual(tolerances.float64);
    expect(Math.abs(result.std - std)).toBeLessThanOrEqual(tolerances.float64);
  });

  test('of no value there is none', () => {
    expect(meanAndStd([])).toEqual({ mean: Number.NaN, std: 0 });
  });
});

test.each<[Partial<CompareOptions> | undefined, string]>([
  [{ onEpoch: 5 as never }, 'onEpoch: expected a function, received 5'],
  [{ onRun: 0 as never }, 'onRun: expected a function, received 0'],
  [{ signal: {} as never }, 'signal: expected an AbortSignal, received {}'],
  [{ checkpoints: 5 as never }, 'checkpoints: expected a folder, received 5'],
  [{ checkpoints: '' }, 'checkpoints: expected a folder, received ""'],
  [
    { test: 'x' as never },
    'test: expected a dataset, received "x"; make one with fromArrays, readCsv or digits',
  ],
  [{ data: undefined as never }, noData],
  [undefined, noData],
])('wrong options are refused: %j', async (options, message) => {
  const given = options && { ...quick, ...options };
  const run = compare(given as CompareOptions);
  expect(await run.catch((error: unknown) => error)).toMatchObject({
    name: 'SymlossError',
    message,
  });
});
