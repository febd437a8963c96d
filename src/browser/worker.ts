import type { Executable } from '../runtime/portable.ts';
import { fallsBack, webRunner } from '../runtime/portable.ts';
import { packError } from '../train/error-parts.ts';
import { runJob } from '../train/loop.ts';
import type { Report } from '../train/progress.ts';
import type { FromWorker, Input, Output, SentCall, ToWorker } from './messages.ts';

/* The script of the worker that trains and predicts, so that the page stays responsive. */

/** What a worker has of `globalThis`; the types of pages know only of windows. */
interface Scope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: ToWorker }) => void): void;
}

const scope = globalThis as unknown as Scope;

const sessions = new Map<number, Executable>();
let loaded = 0;

/** Goes on with the job that waits for an answer. */
let answered = (_: 'stop' | undefined): void => {};

scope.addEventListener('message', ({ data }) => {
  if (data.type === 'call') void work(data);
  else answered(data.stop ? 'stop' : undefined);
});

async function work(call: SentCall): Promise<void> {
  const { id } = call;
  try {
    const output = await outputOf(call);
    scope.postMessage({ type: 'output', id, output }, memoryOf(call, output));
  } catch (error) {
    scope.postMessage({ type: 'error', id, error: packError(error) });
  }
}

function outputOf(call: SentCall): Promise<Output<SentCall['name']>> {
  switch (call.name) {
    case 'runJob':
      return run(call.id, call.input);
    case 'load':
      return load(call.input);
    case 'run':
      return (sessions.get(call.input.session) as Executable).run(call.input.feeds);
    case 'dispose':
      return dispose(call.input);
  }
}

function run(id: number, { job, isChecked, reports }: Input<'runJob'>) {
  const { threads, device = 'cpu', precision = 'single' } = job;
  const ask = (report: Report) => {
    scope.postMessage({ type: 'report', id, report });
    return new Promise<'stop' | undefined>((resolve) => {
      answered = resolve;
    });
  };
  const fallback = fallsBack(device);
  return runJob(job, webRunner({ threads, device, precision, isChecked, fallback }), {
    ...(reports.includes('epoch') && {
      onEpoch: (metrics, probed) => ask({ type: 'epoch', metrics, probed }),
    }),
    ...(reports.includes('step') && { onStep: (progress) => ask({ type: 'step', progress }) }),
  });
}

async function load(model: Uint8Array): Promise<number> {
  const session = loaded++;
  sessions.set(session, await webRunner().load(model));
  return session;
}

async function dispose(session: number): Promise<undefined> {
  await sessions.get(session)?.dispose();
  sessions.delete(session);
}

/** Memory of predictions, which moves to the page. */
function memoryOf({ name }: SentCall, output: Output<SentCall['name']>): Transferable[] {
  if (name !== 'run') return [];
  return Object.values(output as Output<'run'>).flatMap(({ data }) =>
    'buffer' in data && data.buffer instanceof ArrayBuffer ? [data.buffer] : [],
  );
}
