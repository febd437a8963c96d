import { SymlossError } from '../core/index.ts';
import type { Ort } from './ort.ts';
import { ortRunner } from './ort.ts';
import type { Runner, RunnerOptions } from './runner.ts';

/** onnxruntime compiled to WebAssembly, in browsers and in Node. Imported on first use. */
export function webRunner(options: RunnerOptions = {}): Runner {
  return ortRunner('onnxruntime-web', () => importWasm(options.threads ?? 1), options);
}

async function importWasm(threads: number): Promise<Ort> {
  try {
    const ort = await import('onnxruntime-web');
    ort.env.wasm.numThreads = threads;
    return ort as unknown as Ort;
  } catch (cause) {
    throw new SymlossError(
      'onnxruntime-web',
      'the package to be installed',
      cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
      { hint: 'run: npm install onnxruntime-web', kind: 'failure', cause },
    );
  }
}
