import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { EpochMetrics, TrainOptions } from '../../src/index.ts';
import { quick } from './digit-halves.ts';
import { train } from './package.ts';

describe('the training thread', () => {
  /** Minutes of work, so that only an abort ends it within the test. */
  const long = { ...quick, model: 'mlp:512', epochs: 100_000 } satisfies TrainOptions;
  /** An abort waits for one step and for the thread; both take milliseconds on an idle machine. */
  const patience = 5000;

  test('leaves the main event loop free', async () => {
    const controller = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const ticksAt: number[] = [];
    const onEpoch = () => {
      ticksAt.push(ticks);
      // on a blocked loop no timer would fire between epochs, and the run would go on to its end
      if (ticks - ticksAt[0]! >= 20) controller.abort();
    };
    await expect(train({ ...long, signal: controller.signal, onEpoch })).rejects.toThrow('abort');
    clearInterval(timer);
    expect(ticksAt.length).toBeLessThan(long.epochs);
    expect(ticksAt.at(-1)! - ticksAt[0]!).toBeGreaterThanOrEqual(20);
  });

  test("an abort rejects promptly with the signal's own reason", async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const run = train({ ...long, signal: controller.signal }).catch((error: unknown) => error);
    await delay(300);
    const aborted = performance.now();
    controller.abort(reason);
    expect(await run).toBe(reason);
    expect(performance.now() - aborted).toBeLessThan(patience);
  });

  test('a signal that is aborted already starts nothing', async () => {
    const seen: EpochMetrics[] = [];
    const reason = new Error('never');
    const run = train({
      ...quick,
      signal: AbortSignal.abort(reason),
      onEpoch: (m) => seen.push(m),
    });
    expect(await run.catch((error: unknown) => error)).toBe(reason);
    expect(seen).toEqual([]);
  });

  test('an error of onEpoch ends the run and is passed on', async () => {
    let calls = 0;
    const mistake = new TypeError('a mistake of the caller');
    const onEpoch = () => {
      calls++;
      throw mistake;
    };
    expect(await train({ ...long, onEpoch }).catch((error: unknown) => error)).toBe(mistake);
    const before = calls;
    await delay(100);
    expect(calls - before).toBeLessThanOrEqual(1); // an epoch that ended meanwhile
  });

  test('a rejected promise of onEpoch ends the run, and is passed on', async () => {
    const mistake = new TypeError('a mistake of the caller');
    const onEpoch = () => Promise.reject(mistake);
    expect(await train({ ...long, onEpoch }).catch((error: unknown) => error)).toBe(mistake);
  });

  test('an abort ends a run that waits for an answer which never comes', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let told = 0;
    const onEpoch = () => {
      told++;
      controller.abort(reason);
      return new Promise<undefined>(() => {});
    };
    const run = train({ ...long, signal: controller.signal, onEpoch });
    expect(await run.catch((error: unknown) => error)).toBe(reason);
    expect(told).toBe(1);
  });

  test('a diverging run ends with its place, its rate and what to do', async () => {
    const run = train({
      ...quick,
      loss: 'unhinged',
      scores: 'none',
      learningRate: 50,
      clipNorm: 1e9,
      schedule: 'constant',
    });
    const error = await run.catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'SymlossError',
      kind: 'failure',
      expected: 'a finite loss',
      hint: 'lower the learning rate, clip gradients, bound the scores (l2 or batch), or take another loss',
    });
    expect(String(error)).toMatch(
      /^SymlossError: training, epoch 1, step \d+: expected a finite loss, received \S+ at learning rate 50; lower /,
    );
  });

  test('with scores on the unit sphere the same run stays finite', async () => {
    const { metrics } = await train({
      ...quick,
      loss: 'unhinged',
      learningRate: 50,
      clipNorm: 1e9,
      schedule: 'constant',
    });
    expect(metrics.epochs.every(({ loss }) => Math.abs(loss) <= 1)).toBe(true);
  });
});
