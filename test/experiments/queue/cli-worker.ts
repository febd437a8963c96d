import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { program } from '../../cli/run.ts';
import { until } from './grid.ts';

/** `symloss worker`, as users start it. */
export class CliWorker {
  readonly child: ChildProcess;
  /** Everything that it wrote. */
  text = '';
  readonly exit: Promise<number | null>;

  private constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [program, 'worker', ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        this.text += part;
      });
    }
    this.exit = once(child, 'close').then(() => child.exitCode);
  }

  /** Starts one, and waits until it takes runs. */
  static async start(
    url: string,
    args: readonly string[],
    {
      cwd = process.cwd(),
      env = {},
    }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
  ): Promise<CliWorker> {
    const worker = new CliWorker(args, cwd, { SYMLOSS_QUEUE: url, ...env });
    let hasEnded = false;
    void worker.exit.then(() => {
      hasEnded = true;
    });
    await until(() => hasEnded || worker.text.includes('waiting for runs'), 'it waits for runs');
    if (hasEnded) throw new Error(worker.text);
    return worker;
  }

  /** What it said of runs, without the times. */
  get lines(): string[] {
    return this.text
      .split('\n')
      .map((line) => line.replace(/^\S+Z /, ''))
      .filter(Boolean);
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.exit;
  }

  async remove(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }
}
