import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Case, Outcome } from './cases.ts';
import type { Message, Taker } from './child.ts';

export interface Bounds {
  /** For one case, in seconds. */
  readonly seconds: number;
  /** Of the process that reads, in bytes. */
  readonly memory: number;
}

export interface Failure {
  readonly case: Case;
  readonly reason: string;
}

interface Count {
  read: number;
  refused: number;
}

export interface Totals {
  /** By target: how many inputs were read, and how many refused. */
  readonly counts: Readonly<Record<string, Count>>;
  readonly failures: readonly Failure[];
}

const runner = fileURLToPath(new URL('../helpers/run-typescript.mjs', import.meta.url));
const script = fileURLToPath(new URL('child.ts', import.meta.url));

/**
 * Runs cases in a process of their own, so that a crash, an endless loop or too much memory is a failure
 * like any other; after one the next case gets a new process.
 */
export async function runCases(cases: Iterable<Case>, bounds: Bounds): Promise<Totals> {
  const counts: Record<string, Count> = {};
  const failures: Failure[] = [];
  let child: Child | undefined;
  try {
    for (const one of cases) {
      child ??= await Child.start();
      const outcome = await child.run(one, bounds);
      counts[one.target] ??= { read: 0, refused: 0 };
      const count = counts[one.target] as Count;
      if (outcome.kind !== 'fault') count[outcome.kind]++;
      else failures.push({ case: one, reason: outcome.reason });
      if (outcome.kind === 'fault' && !child.isFit) child = await child.end();
    }
  } finally {
    await child?.end();
  }
  return { counts, failures };
}

/** All targets. */
export async function allTargets(): Promise<readonly Taker[]> {
  const child = await Child.start();
  await child.end();
  return child.targets;
}

class Child {
  readonly targets: readonly Taker[];
  readonly #process: ChildProcess;
  #text = '';
  /** Whether it can take another case. */
  isFit = true;

  private constructor(process: ChildProcess, targets: readonly Taker[]) {
    this.#process = process;
    this.targets = targets;
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#text = `${this.#text}${chunk.toString('utf8')}`.slice(-4000);
      });
    }
  }

  static async start(): Promise<Child> {
    const child = fork(runner, [script], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--max-old-space-size=1024'],
    });
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`no start: ${text}`)));
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [Message];
    ended.catch(() => {});
    return new Child(child, 'ready' in message ? message.ready : []);
  }

  async run(one: Case, { seconds, memory }: Bounds): Promise<Outcome> {
    const child = this.#process;
    let reason = '';
    const stop = (why: string) => {
      reason ||= why;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => stop(`no end within ${seconds} s`), seconds * 1000);
    const watch = setInterval(() => {
      const used = memoryOf(child.pid);
      if (used > memory) stop(`${Math.round(used / 2 ** 20)} MiB of memory`);
    }, 100);
    const over = new AbortController();
    const { signal } = over;
    const message = once(child, 'message', { signal }).then(
      ([m]) => (m as { outcome: Outcome }).outcome,
    );
    const exit = once(child, 'exit', { signal }).then(([code, name]): Outcome => {
      this.isFit = false;
      const why = reason || `the process ended (${String(name ?? code)}): ${this.#text}`;
      return { kind: 'fault', reason: why, peak: 0 };
    });
    for (const promise of [message, exit]) promise.catch(() => {}); // the other one came first
    child.send(one);
    try {
      const outcome = await Promise.race([message, exit]);
      if (outcome.kind === 'fault' || outcome.peak <= memory) return outcome;
      this.isFit = false; // its peak stays
      return {
        kind: 'fault',
        reason: `${Math.round(outcome.peak / 2 ** 20)} MiB of memory`,
        peak: outcome.peak,
      };
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      over.abort();
    }
  }

  async end(): Promise<undefined> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await gone;
    }
    return undefined;
  }
}

/** What a process has in memory, in bytes; 0 where there is no /proc to tell. */
function memoryOf(pid: number | undefined): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return pages * 4096;
  } catch {
    return 0;
  }
}
