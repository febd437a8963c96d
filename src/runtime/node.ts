import { SymlossError } from '../core/index.ts';
import type { Ort } from './ort.ts';
import { ortRunner } from './ort.ts';
import type { Runner, RunnerOptions } from './runner.ts';

/** onnxruntime's native CPU engine in Node. Its package is imported on first use. */
export function nodeRunner(options: RunnerOptions = {}): Runner {
  return ortRunner('onnxruntime-node', importNative, options);
}

async function importNative(): Promise<Ort> {
  try {
    const module = await import('onnxruntime-node');
    return (module.default ?? module) as unknown as Ort;
  } catch (cause) {
    throw new SymlossError(
      'onnxruntime-node',
      'the package to be installed',
      cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
      {
        hint: 'run: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node',
        kind: 'failure',
        cause,
      },
    );
  }
}
