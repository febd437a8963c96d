import { describe, expect, test } from 'vitest';
import { finish, finishWithBreaks } from '../../src/core/index.ts';

/** Counts to `n`, a piece for each; says when it is closed. */
function* counting(n: number, log: string[]) {
  try {
    for (let i = 0; i < n; i++) yield;
    log.push('done');
    return n;
  } finally {
    log.push('closed');
  }
}

describe('a computation in pieces', () => {
  test('gives its result, at once or with breaks', async () => {
    const log: string[] = [];
    expect(finish(counting(3, log))).toBe(3);
    expect(await finishWithBreaks(counting(3, log))).toBe(3);
    expect(log).toEqual(['done', 'closed', 'done', 'closed']);
  });

  test('lets others work while it goes on', async () => {
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(new Error('interrupted')));
    const log: string[] = [];
    const endless = finishWithBreaks(counting(Number.POSITIVE_INFINITY, log), interrupt.signal);
    await expect(endless).rejects.toThrow('interrupted');
    expect(log).toEqual(['closed']);
  });

  test('is closed, not begun, where it is aborted already', async () => {
    const log: string[] = [];
    const aborted = AbortSignal.abort(new Error('before'));
    await expect(finishWithBreaks(counting(3, log), aborted)).rejects.toThrow('before');
    expect(log).toEqual([]); // it holds nothing open yet
  });
});
