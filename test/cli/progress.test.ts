import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Screen } from '../../src/cli/progress.ts';
import { Progress } from '../../src/cli/progress.ts';
import { SymlossError } from '../../src/core/index.ts';
import type { EpochMetrics, Run } from '../../src/train/index.ts';

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

const ce = { loss: 'ce', seed: 1 };
const mae = { loss: 'mae', seed: 2 };

function epoch(number: number, more: Partial<EpochMetrics> = {}): EpochMetrics {
  return { epoch: number, loss: 0.123456, learningRate: 0.05, seconds: 1, ...more };
}

function finished(key: typeof ce, final: Partial<EpochMetrics>, seconds: number): Run {
  return { ...key, trained: { metrics: { final: epoch(10, final), seconds } } } as unknown as Run;
}

const failed: Run = {
  ...ce,
  error: new SymlossError('training, epoch 1, step 2', 'a finite loss', 'NaN', { kind: 'failure' }),
};

describe('on a terminal', () => {
  test('one line is redrawn at every epoch', () => {
    const screen = new FakeScreen(true, 120);
    const progress = new Progress(screen, 2, 10);
    progress.epoch(ce, epoch(1));
    progress.epoch(ce, epoch(2, { validationAccuracy: 0.5123 }));
    expect(screen.written).toEqual([
      `${erase}[0/2] ce, seed 1: epoch 1/10, loss 0.1235`,
      `${erase}[0/2] ce, seed 1: epoch 2/10, loss 0.1235, validation 51.2 % (labels as given)`,
    ]);
  });

  test.each([
    [60, 59],
    [undefined, 79],
  ])('it never wraps: %s columns take %i characters', (columns, length) => {
    const screen = new FakeScreen(true, columns);
    const long = { loss: `symmetrize(${'gce:q=0.7'.repeat(9)})`, seed: 1 };
    new Progress(screen, 1, 10).epoch(long, epoch(1, { validationAccuracy: 0.5 }));
    expect(screen.written).toEqual([`${erase}${`[0/1] ${long.loss}`.slice(0, length)}`]);
  });

  test('a run that ends takes its place as a whole line', () => {
    const screen = new FakeScreen(true);
    const progress = new Progress(screen, 2, 10);
    progress.run(finished(ce, { testAccuracy: 0.91, memorised: 0.042 }, 75));
    expect(screen.written).toEqual([
      erase,
      '[1/2] ce, seed 1: loss 0.1235, test 91.0 %, memorised 4.2 % in 75 s\n',
    ]);
    progress.clear();
    expect(screen.written.at(-1)).toBe(erase);
  });
});

describe('elsewhere', () => {
  test('plain lines: each run that ends, and where a long one is after every 10 seconds', () => {
    const screen = new FakeScreen(false);
    const progress = new Progress(screen, 2, 100);
    progress.epoch(ce, epoch(1));
    vi.advanceTimersByTime(10_000);
    progress.epoch(ce, epoch(2));
    expect(screen.written).toEqual([]); // not more than 10 seconds
    vi.advanceTimersByTime(1000);
    progress.epoch(ce, epoch(10, { validationAccuracy: 0.25 }));
    vi.advanceTimersByTime(9000);
    progress.epoch(ce, epoch(20));
    // a tenth of the first of two runs took 11 seconds: 11·0.95/0.05 = 209 are left
    expect(screen.written).toEqual([
      '[0/2] ce, seed 1: epoch 10/100, loss 0.1235, validation 25.0 % (labels as given), 3 min left\n',
    ]);
    progress.run(finished(ce, {}, 20));
    vi.advanceTimersByTime(9000);
    progress.epoch(mae, epoch(1)); // the line of the run was not long ago
    progress.clear();
    expect(screen.written.slice(1)).toEqual(['[1/2] ce, seed 1: loss 0.1235 in 20 s\n']);
  });

  test('a run that diverged shows its error', () => {
    const screen = new FakeScreen(false);
    new Progress(screen, 3, 10).run(failed);
    expect(screen.written).toEqual([
      '[1/3] ce, seed 1: training, epoch 1, step 2: expected a finite loss, received NaN\n',
    ]);
  });
});

describe('the time left', () => {
  const left = (screen: FakeScreen) => screen.written.at(-1)?.match(/, ([^,]*) left$/)?.[1];

  test('is not guessed in the first two seconds', () => {
    const screen = new FakeScreen(true, 200);
    const progress = new Progress(screen, 1, 10);
    vi.advanceTimersByTime(1999);
    progress.epoch(ce, epoch(5));
    expect(left(screen)).toBeUndefined();
    vi.advanceTimersByTime(1);
    progress.epoch(ce, epoch(5));
    expect(left(screen)).toBe('2.0 s');
  });

  test('counts runs side by side, and those that ended once', () => {
    const screen = new FakeScreen(true, 200);
    const progress = new Progress(screen, 4, 10);
    vi.advanceTimersByTime(60_000);
    progress.epoch(ce, epoch(5)); // 0.5 of 4 runs took 60 s: 420 s for the other 3.5
    expect(left(screen)).toBe('7 min');
    progress.epoch(mae, epoch(5)); // 1 of 4: 180 s for the others
    expect(left(screen)).toBe('3 min');
    progress.run(finished(ce, {}, 60));
    progress.epoch(mae, epoch(10)); // 2 of 4
    expect(left(screen)).toBe('60 s');
  });

  test('of a resumed command leaves out what was done before', () => {
    const screen = new FakeScreen(true, 200);
    const progress = new Progress(screen, 3, 10, true);
    progress.run(finished(ce, {}, 60)); // it had ended
    vi.advanceTimersByTime(60_000);
    progress.epoch(mae, epoch(9)); // resumed in its ninth epoch: 0.1 of 1.2 runs took 60 s
    expect(left(screen)).toBe('11 min');
    progress.epoch(mae, epoch(10)); // 0.2 of 1.2
    expect(left(screen)).toBe('5 min');
  });
});
