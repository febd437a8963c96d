import { SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';

/*
 * The packages of the queue are optional peers: whoever makes runs on one machine need not install them.
 */

/** @throws SymlossError with what to install */
export const loadBullmq = (): Promise<
  Pick<typeof import('bullmq'), 'Job' | 'Queue' | 'QueueEvents' | 'WaitingError' | 'Worker'>
> => load('bullmq', () => import('bullmq'));

/** @throws SymlossError with what to install */
export const loadRedis = () => load('ioredis', () => import('ioredis'));

async function load<T>(name: string, module: () => Promise<T>): Promise<T> {
  try {
    return await module();
  } catch (cause) {
    throw new SymlossError(name, 'the package to be installed', reasonOf(cause), {
      hint: 'run: npm install bullmq ioredis',
      kind: 'failure',
      cause,
    });
  }
}
