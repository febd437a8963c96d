import { field, SymlossError } from '../core/index.ts';
import { memoryRows } from '../data/index.ts';
import { filesOf } from '../model/index.ts';
import { parseNoise } from '../noise/index.ts';
import type { Platform } from '../run/platform.ts';
import type { Device } from '../runtime/portable.ts';
import { isOneAtATime, Turns, webLowering } from '../runtime/portable.ts';
import type { Job } from '../train/job.ts';
import { checkOf } from '../train/job.ts';
import type { JobOptions } from '../train/job-options.ts';
import { tell } from '../train/job-options.ts';
import { memoryOf } from '../train/part-memory.ts';
import type { Report } from '../train/progress.ts';
import { loadModel } from './load-model.ts';
import { withWorker } from './workers.ts';

/** A page: runs in workers, on onnxruntime-web. */
export const webPlatform: Platform = {
  lowering: async (device, precision) => {
    checkDevice(device);
    return webLowering(device, precision);
  },
  runJob: async (job, options) => {
    const { device = 'cpu' } = job;
    checkThreads(job.threads);
    const run = () => runInWorker(job, device, options);
    const result = await (isOneAtATime(device) ? turns.take(run, options.signal) : run());
    checked.add(checkOf(job));
    return result;
  },
  openRows: memoryRows,
  readNoise: (spec) =>
    parseNoise(spec, {
      readFile: (path) => {
        throw new SymlossError(field('noise'), 'a spec without a file, in a page', path, {
          hint: 'make the noise with matrixNoise or asymmetricNoise of symloss/noise',
        });
      },
    }),
  openModel: async (onnx, card) => loadModel(await filesOf(onnx, card)),
  saveModel: async () => {
    throw new SymlossError('save', 'folders, as Node has them', 'a page', {
      hint: 'await files() gives the same two files, to download or to store',
    });
  },
};

/** Of the runs on a device that does one at a time. */
const turns = new Turns();

/** Devices and precisions that were found to compute right. */
const checked = new Set<string>();

function runInWorker(job: Job, device: Device, { signal, ...callbacks }: JobOptions) {
  const engine = { device, threads: job.threads };
  const input = { job, isChecked: checked.has(checkOf(job)), reports: reportsFor(callbacks) };
  return withWorker(engine, signal, (client) =>
    client.call('runJob', input, memoryOf(job.parts), (report) => tell(callbacks, report)),
  );
}

function reportsFor({ onEpoch, onStep }: JobOptions): Report['type'][] {
  return [...(onEpoch ? (['epoch'] as const) : []), ...(onStep ? (['step'] as const) : [])];
}

function checkDevice(device: Device): void {
  if (device === 'cpu' || device === 'webgpu') return;
  throw new SymlossError(field('device'), 'cpu or webgpu, in a page', device);
}

/** Threads of WebAssembly share memory, which browsers allow to isolated pages only. */
function checkThreads(threads: number): void {
  if (threads === 1 || globalThis.crossOriginIsolated) return;
  const expected = '1 in a page that is not cross-origin isolated';
  throw new SymlossError(field('threads'), expected, String(threads), {
    hint: 'serve the page with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
  });
}
