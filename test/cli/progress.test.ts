import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Screen } from '../../src/cli/ui/progress.ts';
import { Progress } from '../../src/cli/ui/progress.ts';
import { runNames } from '../../src/cli/ui/run-names.ts';
import type { RunRecord } from '../../src/experiments/index.ts';
import type { EpochMetrics } from '../../src/train/index.ts';
import { done, failed, plan } from '../experiments/records-of.ts';

/** What takes the line of a terminal away. */
const erase = '\r\x1b[2K';

class FakeScreen implements Screen {
  readonly written: string[] = [];
  readonly isTTY: boolean;
  readonly columns: number | undefined;

  constructor(isTTY: boolean, columns?: number) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string): void {
    this.written.push(text);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function epoch(number: number, more: Partial<EpochMetrics> = {}): EpochMetrics {
  return { epoch: number, loss: 0.123456, learningRate: 0.05, seconds: number, ...more };
}

interface Options {
  readonly epochs?: number;
  readonly earlier?: readonly RunRecord[];
  readonly jobs?: number;
}

function progressOn(screen: Screen, seeds: number[], options: Options = {}) {
  const { epochs = 10, earlier = [], jobs = 2 } = options;
  const runs = plan(seeds, epochs);
  return { runs, progress: new Progress(screen, { total: 6, runs, earlier, jobs }) };
}

describe('on a terminal', () => {
  test('one line is redrawn at every epoch', () => {
    const screen = new FakeScreen(true, 120);
    const { runs, progress } = progressOn(screen, [1]);
    progress.epoch(runs[0]!, epoch(1));
    progress.epoch(runs[0]!, epoch(2, { validationAccuracy: 0.5123 }));
    expect(screen.written).toEqual([
      `${erase}[5/6] ce, seed 1: epoch 1/10, loss 0.1235, 9.0 s left`,
      `${erase}[5/6] ce, seed 1: epoch 2/10, loss 0.1235, validation 51.2 % (labels as given), 8.0 s left`,
    ]);
  });

  test.each([
    [60, 59],
    [undefined, 79],
  ])('it never wraps: %s columns take %i characters', (columns, length) => {
    const screen = new FakeScreen(true, columns);
    const { runs, progress } = progressOn(screen, [1]);
    progress.epoch(runs[0]!, epoch(1, { validationAccuracy: 0.5 }));
    const whole =
      '[5/6] ce, seed 1: epoch 1/10, loss 0.1235, validation 50.0 % (labels as given), 9.0 s left';
    expect(screen.written).toEqual([`${erase}${whole.slice(0, length)}`]);
  });

  test('of a run that chooses its loss the epochs of all models are counted', () => {
    const screen = new FakeScreen(true);
    const { runs, progress } = progressOn(screen, [1]);
    const choosing = { ...runs[0]!, config: { ...runs[0]!.config, loss: 'auto' } };
    progress.epoch(choosing, epoch(1));
    progress.epoch(choosing, epoch(1));
    const line = '[5/6] auto, seed 1: comparing losses, 2 epochs so far, loss 0.1235';
    expect(screen.written.at(-1)).toBe(`${erase}${line}`);
  });

  test('a run that ends takes its place as a whole line', () => {
    const screen = new FakeScreen(true);
    const { runs, progress } = progressOn(screen, [1]);
    progress.record(done(runs[0]!, [0.5, 0.91], 75));
    progress.clear();
    const line = '[6/6] ce, seed 1: loss 0.5000, test 91.0 % in 75 s\n';
    expect(screen.written).toEqual([erase, line, erase]);
  });
});

describe('elsewhere', () => {
  test('plain lines: each run that ends, and where a long one is after every 10 seconds', () => {
    const screen = new FakeScreen(false);
    const { runs, progress } = progressOn(screen, [1, 2], { epochs: 100 });
    progress.epoch(runs[0]!, epoch(1));
    vi.advanceTimersByTime(10_000);
    progress.epoch(runs[0]!, epoch(2));
    expect(screen.written).toEqual([]); // not more than 10 seconds
    vi.advanceTimersByTime(1000);
    progress.epoch(runs[0]!, epoch(10, { validationAccuracy: 0.25 }));
    vi.advanceTimersByTime(9000);
    progress.epoch(runs[0]!, epoch(20));
    // a second an epoch: 190 epochs are left, two at a time
    expect(screen.written).toEqual([
      '[4/6] ce, seed 1: epoch 10/100, loss 0.1235, validation 25.0 % (labels as given), 95 s left\n',
    ]);
  });

  test('says how runs ended; data, model and noise only where runs differ in them', () => {
    const screen = new FakeScreen(false);
    const { runs, progress } = progressOn(screen, [1, 2, 3, 4], { epochs: 2, jobs: 1 });
    progress.record(done(runs[0]!, [0.5, 0.75], 2));
    progress.record(failed(runs[1]!, 'training: diverged', true));
    progress.retry(runs[2]!, 'its worker was lost (killed by SIGKILL)');
    progress.retry(runs[2]!, 'its worker gave it back (it was stopped)');
    expect(screen.written).toEqual([
      '[3/6] ce, seed 1: loss 0.5000, test 75.0 % in 2.0 s, 6.0 s left\n',
      '[4/6] ce, seed 2: training: diverged, 4.0 s left\n',
      'ce, seed 3: its worker was lost (killed by SIGKILL), starting it again\n',
      'ce, seed 3: its worker gave it back (it was stopped), starting it again\n',
    ]);
    const others = plan([5], 2).map((run) => ({
      ...run,
      config: { ...run.config, noise: 'pair:0.3', model: 'mlp:8' },
    }));
    const mixed = new Progress(screen, {
      total: 2,
      runs: [...runs, ...others],
      earlier: [],
      jobs: 1,
    });
    mixed.record(done(others[0]!, [0.5], 2));
    expect(screen.written.at(-1)).toMatch(/^\[-?\d+\/2\] mlp:8, pair:0.3, ce, seed 5: /);
  });
});

describe('names of runs', () => {
  const [base] = plan([1], 2);
  const runOf = (loss: string, training: object, data: object = {}) => {
    const { config } = base!;
    return {
      config: {
        ...config,
        loss,
        data: { ...config.data, ...data },
        training: { ...config.training, ...training },
      },
    };
  };
  const namesOf = (...runs: ReturnType<typeof runOf>[]) => runs.map(runNames(runs, []));

  test('have the settings in which runs of a loss differ', () => {
    const trials = [0.1, 0.03].map((learningRate) => runOf('ce', { learningRate, clipNorm: 2 }));
    expect(namesOf(...trials, runOf('mae', { learningRate: 0.01 }))).toEqual([
      'ce, learningRate=0.1, seed 1',
      'ce, learningRate=0.03, seed 1',
      'mae, seed 1',
    ]);
  });

  test('say where one is left out, and what differs in the data', () => {
    const runs = [runOf('ce', {}, { rows: 100 }), runOf('ce', { scores: 'l2' })];
    expect(namesOf(...runs)).toEqual([
      'ce, rows=100, scores=default, seed 1',
      'ce, rows=default, scores=l2, seed 1',
    ]);
  });
});

describe('the time left', () => {
  const screen = new FakeScreen(false);

  test('is not known before the first epoch, then goes by the epochs so far', () => {
    const { progress, runs } = progressOn(screen, [1, 2, 3, 4], { epochs: 2 });
    expect(progress.secondsLeft()).toBeUndefined();
    progress.epoch(runs[0]!, epoch(1, { seconds: 3 }));
    // 7 of 8 epochs at 3 s, two at a time
    expect(progress.secondsLeft()).toBe(10.5);
  });

  test('counts the models that the consensus of a crowd is asked of', () => {
    const own = new FakeScreen(true, 120);
    const [run] = plan([1], 10).map((planned) => ({
      ...planned,
      config: { ...planned.config, data: { ...planned.config.data, consensus: 'crowd' as const } },
    }));
    const progress = new Progress(own, { total: 1, runs: [run!], earlier: [], jobs: 1 });
    progress.epoch(run!, epoch(1), 0);
    progress.epoch(run!, epoch(10), 2);
    progress.epoch(run!, epoch(2));
    expect(own.written).toEqual([
      `${erase}[0/1] ce, seed 1: fold 1/3, epoch 1/10, loss 0.1235, 39 s left`,
      `${erase}[0/1] ce, seed 1: fold 3/3, epoch 10/10, loss 0.1235, 10 s left`,
      `${erase}[0/1] ce, seed 1: epoch 2/10, loss 0.1235, 8.0 s left`,
    ]);
    const earlier = [
      done(
        run!,
        Array.from({ length: 10 }, () => 0.5),
        8,
      ),
    ];
    expect(new Progress(own, { total: 1, runs: [run!], earlier, jobs: 1 }).secondsLeft()).toBe(8);
  });

  test('goes by the whole time of runs that ended, of an earlier command too', () => {
    const [other] = plan([9], 2);
    const earlier = [done(other!, [0.5, 0.5], 8)];
    const { progress, runs } = progressOn(screen, [1, 2, 3, 4], { epochs: 2, earlier });
    expect(progress.secondsLeft()).toBe(16); // 8 epochs at 4 s, two at a time
    progress.record(done(runs[0]!, [0.5, 0.5], 4));
    expect(progress.secondsLeft()).toBe(9); // 6 epochs at 3 s
    progress.epoch(runs[1]!, epoch(1, { seconds: 1 }));
    expect(progress.secondsLeft()).toBe(7.5);
  });
});
