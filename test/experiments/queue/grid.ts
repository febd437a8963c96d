import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Executor, ExecutorEvents } from '../../../src/experiments/executors/executor.ts';
import type { Execute } from '../../../src/experiments/executors/queue/worker.ts';
import type { PlannedRun, RunConfig } from '../../../src/run/config.ts';
import type { Environment, RunRecord } from '../../../src/run/record.ts';
import { runId } from '../../../src/run/run-id.ts';

const load = (name: string): Promise<unknown> => import(/* @vite-ignore */ name);

export const { fakeExecute, fakeEnvironment } = (await load(
  new URL('./fake-run.mjs', import.meta.url).href,
)) as {
  fakeExecute: (how: { epochTime: number; crashOn?: string }) => Execute;
  fakeEnvironment: Environment;
};

/** Runs of every loss with every seed. */
export function gridOf(
  losses: readonly string[],
  seeds: number,
  { epochs = 2, source = 'digits', grid = 'test' } = {},
): PlannedRun[] {
  return losses.flatMap((loss) =>
    Array.from({ length: seeds }, (_, seed) => {
      const config: RunConfig = {
        data: { source, testShare: 0.2, validation: 0.1 },
        model: 'linear',
        noise: 'symmetric:0.4',
        loss,
        seed,
        training: { epochs, evaluateEvery: 1 },
      };
      return { id: runId(config), grid, config };
    }),
  );
}

/** What the final table is made of: the records without where and when they were made, by id. */
export function tableOf(records: readonly RunRecord[]): unknown[] {
  return records
    .map(({ environment: _, started: __, seconds: ___, ...result }) => result)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The records that this process makes by itself, one run after the other. */
export async function locally(runs: readonly PlannedRun[]): Promise<RunRecord[]> {
  const execute = fakeExecute({ epochTime: 0 });
  const how = { signal: new AbortController().signal, onEpoch: () => {} };
  const records: RunRecord[] = [];
  for (const run of runs) records.push(await execute(run, how));
  return records;
}

export interface Collected {
  readonly records: RunRecord[];
  readonly retries: { id: string; reason: string }[];
  readonly epochs: string[];
  readonly done: Promise<void>;
}

/** Starts an executor, and gathers what it tells. */
export function collect(
  executor: Executor,
  runs: readonly PlannedRun[],
  events: Partial<ExecutorEvents> = {},
): Collected {
  const records: RunRecord[] = [];
  const retries: { id: string; reason: string }[] = [];
  const epochs: string[] = [];
  const done = executor(runs, {
    onRecord: (record) => {
      records.push(record);
    },
    onRetry: ({ id }, reason) => {
      retries.push({ id, reason });
    },
    onEpoch: ({ id }) => {
      epochs.push(id);
    },
    ...events,
  });
  done.catch(() => {}); // whoever awaits it is told
  return { records, retries, epochs, done };
}

const program = fileURLToPath(new URL('./worker-process.mjs', import.meta.url));

/** A process with a worker that makes fake runs. */
export class WorkerProcess {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  readonly exit: Promise<number | null>;

  constructor(url: string, options: Readonly<Record<string, unknown>> = {}) {
    const child = spawn(process.execPath, [program, url, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.lines.push(...text.split('\n').filter(Boolean));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors.push(text);
    });
    this.exit = once(child, 'close').then(() => child.exitCode);
  }

  /** The ids of the runs that it has started. */
  get started(): string[] {
    return this.lines.filter((line) => line.endsWith(': started')).map((line) => line.slice(0, 16));
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.exit;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }
}

/** Waits until something holds. @throws Error when it does not within so many milliseconds */
export async function until(holds: () => boolean, what: string, limit = 20_000): Promise<void> {
  const end = performance.now() + limit;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
