import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import type { EpochListener } from '../../../run/execute.ts';
import type { RunRecord } from '../../../run/record.ts';
import { childEnvironment } from './child-environment.ts';
import type { PoolMessage, PoolReply } from './pool-worker.ts';

/** How a run in another process ended: with its record, or with the process. */
export type Outcome =
  | { readonly record: RunRecord; readonly lost?: never }
  | { readonly record?: never; readonly lost: string };

/** A process that is told to stop has so long before it is killed. */
const patience = 10_000; // milliseconds

/** What is kept of a process's last words. */
const lastWords = 4096; // characters

/** One process of the pool, which makes one run at a time. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #stderr = '';

  constructor() {
    // what a loss module prints goes to standard error, since results go to standard output
    this.#child = fork(new URL('./pool-worker.js', import.meta.url), {
      env: childEnvironment(),
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 2, 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-lastWords);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message)); // it did not start
      // not `close`, which does not come after a disconnect from this side
      this.#child.once('exit', (code, signal) => {
        const tell = () => resolve(this.#ending(code, signal));
        if (this.#child.stderr?.readableEnded === false) this.#child.stderr.once('close', tell);
        else tell();
      });
    });
  }

  /**
   * Makes a run.
   * @throws the signal's reason once the run has stopped, or the process was killed for not stopping
   */
  execute(
    message: PoolMessage & { type: 'run' },
    signal: AbortSignal,
    onEpoch: EpochListener,
  ): Promise<Outcome> {
    signal.throwIfAborted();
    const child = this.#child;
    let timer: NodeJS.Timeout | undefined;
    const abort = (): void => {
      this.#send({ type: 'abort' });
      timer = setTimeout(() => child.kill('SIGKILL'), patience);
    };
    let listen: ((reply: PoolReply) => void) | undefined;
    signal.addEventListener('abort', abort, { once: true });
    return new Promise<Outcome>((resolve, reject) => {
      listen = (reply) => {
        if (reply.type === 'record') resolve({ record: reply.record });
        else if (reply.type === 'aborted') reject(signal.reason as Error);
        else if (!signal.aborted) {
          try {
            onEpoch(reply.metrics, reply.fold);
          } catch (error) {
            reject(error as Error);
          }
        }
      };
      child.on('message', listen);
      void this.#ended.then((lost) =>
        signal.aborted ? reject(signal.reason as Error) : resolve({ lost }),
      );
      this.#send(message);
    }).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (listen !== undefined) child.off('message', listen);
    });
  }

  /** Ends the process, in the middle of a run if need be. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patience);
    await this.#ended;
    clearTimeout(timer);
  }

  #send(message: PoolMessage): void {
    if (this.#child.connected) this.#child.send(message, () => {}); // of a lost one tells `ended`
  }

  /** `killed by SIGKILL`, `ended with code 134: FATAL ERROR: … heap out of memory` */
  #ending(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? `ended with code ${code}` : `killed by ${signal}`;
    const lines = this.#stderr.split('\n').map((line) => line.trim());
    const words = lines.find((line) => /error/i.test(line)) ?? lines.findLast((line) => line);
    return words === undefined || words === '' ? how : `${how}: ${words}`;
  }
}
