import { describe, expect, test } from 'vitest';
import { BenchProgress } from '../../src/cli/bench-progress.ts';
import type { RunRecord } from '../../src/experiments/index.ts';
import { done, failed, plan } from '../experiments/records-of.ts';

function progress(earlier: readonly RunRecord[] = [], jobs = 2) {
  const lines: string[] = [];
  const runs = plan([1, 2, 3, 4], 2);
  const screen = { write: (text: string) => lines.push(text) };
  return { lines, runs, progress: new BenchProgress(screen, { total: 6, runs, earlier, jobs }) };
}

const metrics = (epoch: number, seconds: number) => ({
  epoch,
  seconds,
  loss: 1,
  learningRate: 0.1,
});

describe('the line of a grid', () => {
  test('knows nothing before the first epoch, then goes by the epochs so far', () => {
    const { progress: line, runs } = progress();
    expect(line.secondsLeft()).toBeUndefined();
    line.epoch(runs[0]!, metrics(1, 3));
    // 7 of 8 epochs at 3 s, two at a time
    expect(line.secondsLeft()).toBe(10.5);
  });

  test('goes by the whole time of runs that ended, of an earlier command too', () => {
    const [other] = plan([9], 2);
    const { progress: line, runs } = progress([done(other!, [0.5, 0.5], 8)]);
    expect(line.secondsLeft()).toBe(16); // 8 epochs at 4 s, two at a time
    line.record(done(runs[0]!, [0.5, 0.5], 4));
    expect(line.secondsLeft()).toBe(9); // 6 epochs at 3 s
    line.epoch(runs[1]!, metrics(1, 1));
    expect(line.secondsLeft()).toBe(7.5);
  });

  test('says how runs ended', () => {
    const { progress: line, runs, lines } = progress([], 1);
    line.record(done(runs[0]!, [0.5, 0.75], 2));
    line.record(failed(runs[1]!, 'training: diverged', true));
    line.retry(runs[2]!, 'killed by SIGKILL');
    expect(lines).toEqual([
      '[3/6] digits, linear, none, ce, seed 1: loss 0.5000, test 75.0 % in 2.0 s, 6.0 s left\n',
      '[4/6] digits, linear, none, ce, seed 2: training: diverged, 4.0 s left\n',
      'digits, linear, none, ce, seed 3: its worker was lost (killed by SIGKILL), starting it again\n',
    ]);
  });
});
