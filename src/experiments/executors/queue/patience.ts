import { SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import { pause } from './deferred.ts';

/** What a server answers that takes no commands for now: it is full, starting, or a copy without its master. */
const passing =
  /\b(OOM command not allowed|READONLY|LOADING|MASTERDOWN|MISCONF|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|BUSY)\b/;

/** Waits between attempts: twice as long each time, within these. */
const [shortest, longest] = [250, 5000]; // milliseconds

/** How long a server that takes no commands is waited for. */
export const defaultPatience = 60; // seconds

export function isPassing(error: unknown): boolean {
  return error instanceof Error && passing.test(error.message);
}

/** What went wrong, in one line, without which script of BullMQ's it was. */
export function serverReason(error: unknown): string {
  return reasonOf(error).replace(/ script: [0-9a-f]+, on @user_script:\d+\.?/, '');
}

export interface Patience {
  /** Of the queue, for messages. */
  readonly where: string;
  /** Seconds. */
  readonly limit: number;
  /** Told of every attempt that failed. */
  readonly onTrouble: (error: unknown) => void;
  /** Settled when the result is no longer wanted. */
  readonly until: Promise<unknown>;
}

/**
 * Does something again while the server takes no commands.
 * @throws SymlossError (failure) when it still takes none at the limit, or is no longer waited for; anything else that
 * the work throws
 */
export async function patiently<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  const { where, limit, onTrouble } = patience;
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  const until = patience.until.then(over, over);
  const start = performance.now();
  for (let wait = shortest; ; wait = Math.min(2 * wait, longest)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error)) throw error;
      onTrouble(error);
      const left = 1000 * limit - (performance.now() - start);
      if (left > 0 && !isOver) await pause(Math.min(wait, left), until);
      if (left > 0 && !isOver) continue;
      const reason = serverReason(error);
      throw new SymlossError(where, 'a Redis that takes runs', `for ${limit} s: ${reason}`, {
        hint: /OOM/.test(reason)
          ? 'raise its maxmemory, or forget ended runs (symloss queue drain --results)'
          : 'start again when it is a server that can be written to',
        kind: 'failure',
      });
    }
  }
}
