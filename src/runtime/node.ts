import type { Env } from 'onnxruntime-common';
import { SymlossError } from '../core/index.ts';
import type { Device } from './devices.ts';
import { devices } from './devices.ts';
import type { Ort } from './ort.ts';
import { ortRunner } from './ort.ts';
import type { Runner, RunnerOptions } from './runner.ts';

/** onnxruntime's native engine in Node. Its package is imported on first use. */
export function nodeRunner(options: RunnerOptions = {}): Runner {
  const importOrt = async () => {
    const ort = await importNative();
    // what a device says about its start comes as an error, once is enough
    if ((options.device ?? 'cpu') !== 'cpu') ort.env.logLevel = 'fatal';
    return ort;
  };
  return ortRunner('onnxruntime-node', importOrt, options);
}

/** The version of onnxruntime-node, and the devices that it was built with. */
export async function nodeEngine(): Promise<{ version: string; devices: readonly Device[] }> {
  const { env, listSupportedBackends } = await importNative();
  const names = listSupportedBackends().map(({ name }) => name);
  return {
    version: env.versions.node ?? 'unknown',
    devices: devices.filter((name) => name === 'cpu' || names.includes(name)),
  };
}

interface NativeOrt extends Ort {
  readonly env: Env;
  listSupportedBackends(): readonly { readonly name: string }[];
}

async function importNative(): Promise<NativeOrt> {
  try {
    const module = await import('onnxruntime-node');
    return (module.default ?? module) as unknown as NativeOrt;
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
