import { describe, expect, test } from 'vitest';
import { constant, cosine, learningRates, parseSchedule, steps } from '../../src/train/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

describe('schedules by hand', () => {
  test.each([
    [0, 1],
    [1 / 4, (1 + Math.SQRT1_2) / 2],
    [1 / 3, 3 / 4],
    [1 / 2, 1 / 2],
    [2 / 3, 1 / 4],
    [1, 0],
  ])('cosine at %f is %f', (progress, share) => {
    expect(firstDifference([cosine.at(progress)], [share], tolerances.float64)).toBe(-1);
  });

  test('constant', () => {
    expect([0, 0.5, 0.99].map(constant.at)).toEqual([1, 1, 1]);
  });

  test('steps fall at each milestone, that included', () => {
    const half = steps([0.5, 0.75], 0.5);
    expect([0, 0.49, 0.5, 0.74, 0.75, 0.99].map(half.at)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
    expect([0, 0.5].map(steps([0.5]).at)).toEqual([1, 0.1]);
  });
});

describe('learning rates of a run', () => {
  const rates = (...args: Parameters<typeof learningRates>) => Array.from(learningRates(...args));

  test('cosine starts at the base rate and ends before 0', () => {
    const quarter = (1 + Math.SQRT1_2) / 2;
    expect(rates(0.5, cosine, 4)).toEqual(
      [0.5, 0.5 * quarter, 0.25, 0.5 * (1 - quarter)].map(Math.fround),
    );
  });

  test('warm-up rises linearly to the base rate; the schedule covers the rest', () => {
    expect(rates(1, constant, 5, 3)).toEqual([1 / 3, 2 / 3, 1, 1, 1].map(Math.fround));
    const seen: number[] = [];
    const spy = {
      spec: 'spy',
      at: (progress: number) => {
        seen.push(progress);
        return 1;
      },
    };
    expect(rates(2, spy, 6, 2)).toEqual([1, 2, 2, 2, 2, 2]);
    expect(seen).toEqual([0, 0.25, 0.5, 0.75]);
  });

  test('a run shorter than its warm-up only rises', () => {
    expect(rates(1, cosine, 2, 4)).toEqual([0.25, 0.5]);
    expect(rates(1, cosine, 2, 2)).toEqual([0.5, 1]);
  });

  test.each([
    [0, 0, 'learning rate: expected a number in (0, ∞), received 0'],
    [-1, 0, 'learning rate: expected a number in (0, ∞), received -1'],
    [1, -1, 'warm-up steps: expected an integer of at least 0, received -1'],
    [1, 0.5, 'warm-up steps: expected an integer of at least 0, received 0.5'],
  ])('refuse rate %f with %f warm-up steps', (rate, warmup, message) => {
    expect(messageOf(() => learningRates(rate, constant, 4, warmup))).toBe(message);
  });
});

describe('schedule specs', () => {
  const places = [0, 0.3, 0.5, 0.6, 0.8];

  test.each([
    ['constant', 'constant', constant],
    ['cosine', 'cosine', cosine],
    [' step:0.5,0.75 ', 'step:0.5,0.75', steps([0.5, 0.75], 0.1)],
    ['step:0.3, 0.8, gamma=0.25', 'step:0.3,0.8,gamma=0.25', steps([0.3, 0.8], 0.25)],
    ['step:gamma=0.5,0.6', 'step:0.6,gamma=0.5', steps([0.6], 0.5)],
  ])('%s is %s', (spec, canonical, schedule) => {
    expect(parseSchedule(spec).spec).toBe(canonical);
    expect(schedule.spec).toBe(canonical);
    expect(places.map(parseSchedule(spec).at)).toEqual(places.map(schedule.at));
  });

  test.each([
    [
      'linear',
      'schedule: expected one of constant, cosine, step, received "linear"; e.g. step:0.5,0.75',
    ],
    ['step', 'schedule step: expected at least one milestone, received none; e.g. step:0.5,0.75'],
    [
      'step:gamma=0.5',
      'schedule step: expected at least one milestone, received none; e.g. step:0.5,0.75',
    ],
    ['cosine:2', 'schedule cosine: expected no parameters, received "2" in "cosine:2"'],
    ['step:', 'schedule step: expected a value or key=value, received "" in "step:"'],
    ['step:0.5,', 'schedule step: expected a value or key=value, received "" in "step:0.5,"'],
    ['step:0.5:0.6', 'schedule step, milestone: expected a number in [0, 1], received "0.5:0.6"'],
    ['step:30', 'schedule step, milestone: expected a number in [0, 1], received 30'],
    ['step:0.5,gamma=0', 'schedule step, gamma: expected a number in (0, ∞), received 0'],
    [
      'step:0.5,gamma=',
      'schedule step: expected a value or key=value, received "gamma=" in "step:0.5,gamma="',
    ],
    [
      'step:0.5,size=3',
      'schedule step: expected key=value with a key among gamma, received "size=3" in "step:0.5,size=3"',
    ],
    [
      'step:0.5,gamma=0.1,gamma=0.2',
      'schedule step: expected gamma once, received "gamma=0.2" in "step:0.5,gamma=0.1,gamma=0.2"',
    ],
  ])('refuses %j', (spec, message) => {
    expect(messageOf(() => parseSchedule(spec))).toBe(message);
  });
});
