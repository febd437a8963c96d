import { SymlossError } from '../core/index.ts';
import { unpackError } from '../train/error-parts.ts';
import type { Report } from '../train/progress.ts';
import type { CallName, FromWorker, Input, Output, SentCall, ToWorker } from './messages.ts';

/** A call that is worked on. */
interface Pending {
  resolve(output: unknown): void;
  reject(reason: unknown): void;
  /** Answers a report of a job: whether it is to stop. */
  answer?(report: Report): Promise<boolean>;
}

/** A worker, as the page sees it. */
export class WorkerClient {
  readonly #worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  /** Why it has ended, where it has. */
  #end: { readonly reason: unknown } | undefined;

  constructor() {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) =>
      this.#take(data),
    );
    this.#worker.addEventListener('error', (event) => this.terminate(failed(event)));
  }

  /**
   * Has the worker do something.
   * @param moved memory that moves to the worker
   * @param answer to each report of a job; what it throws ends the worker
   * @throws what the worker throws, and the reason for which it is terminated
   */
  call<C extends CallName>(
    name: C,
    input: Input<C>,
    moved: readonly Transferable[] = [],
    answer?: Pending['answer'],
  ): Promise<Output<C>> {
    if (this.#end !== undefined) return Promise.reject(this.#end.reason);
    const id = this.#calls++;
    return new Promise<Output<C>>((resolve, reject) => {
      this.#pending.set(id, {
        resolve: resolve as Pending['resolve'],
        reject,
        ...(answer && { answer }),
      });
      this.#post({ type: 'call', id, name, input } as SentCall, moved);
    });
  }

  /** Ends the worker in the middle of what it does. @param reason that its calls are then rejected for */
  terminate(reason: unknown): void {
    this.#worker.terminate();
    this.#end ??= { reason };
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  /** Whether it works no more. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  #post(message: ToWorker, moved: readonly Transferable[] = []): void {
    this.#worker.postMessage(message, [...moved]);
  }

  #take(message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return; // of a worker that was terminated
    if (message.type === 'report') return void this.#answer(pending, message.report);
    this.#pending.delete(message.id);
    if (message.type === 'output') pending.resolve(message.output);
    else pending.reject(unpackError(message.error));
  }

  async #answer({ answer }: Pending, report: Report): Promise<void> {
    try {
      this.#post({ type: 'answer', stop: (await answer?.(report)) === true });
    } catch (error) {
      this.terminate(error);
    }
  }
}

/** The error of a worker that did not load, or that broke down. */
function failed({ message }: ErrorEvent): SymlossError {
  const reason = message ? `"${message}"` : 'a script that does not load';
  return new SymlossError('worker', 'the script of symloss that trains', reason, {
    hint: 'let the bundler take it along as a module, see docs/browser.md; and let the Content-Security-Policy allow workers and WebAssembly',
    kind: 'failure',
  });
}
