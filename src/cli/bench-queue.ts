import type { Executor, LocalOptions } from '../experiments/index.ts';
import { DatasetCache, localExecutor } from '../experiments/index.ts';
import { queueExecutor } from '../experiments/queue/index.ts';
import { dataHash } from './execute.ts';
import { queueUrl } from './queue.ts';

export interface QueueChoice {
  /** URL of the queue; `true` for that of the variable SYMLOSS_QUEUE. Default: no queue. */
  readonly queue?: string | boolean | undefined;
  readonly queueName?: string | undefined;
  /** Takes lines such as that no worker is connected. */
  readonly onNotice: (line: string) => void;
}

/** Where runs are made: in processes of this machine, or by the workers behind a queue. */
export async function chooseExecutor(
  { queue, queueName, onNotice }: QueueChoice,
  local: LocalOptions,
): Promise<Executor> {
  if (queue === undefined || queue === false) return localExecutor(local);
  const url = queueUrl({ queue: queue === true ? process.env['SYMLOSS_QUEUE'] : queue });
  const hash = dataHash(new DatasetCache({ folder: local.folder }));
  return queueExecutor(url, { name: queueName, hash, onNotice });
}
