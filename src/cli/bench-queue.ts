import { SymlossError } from '../core/index.ts';
import type { Executor, LocalOptions } from '../experiments/index.ts';
import { localExecutor } from '../experiments/index.ts';

/** Where runs are made: in processes of this machine, or by the workers behind a queue. */
export async function chooseExecutor(
  queue: string | undefined,
  local: LocalOptions,
): Promise<Executor> {
  if (queue === undefined) return localExecutor(local);
  throw new SymlossError('option --queue', 'nothing: this version has no queues', 'an address');
}
