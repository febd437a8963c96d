import type { Env } from 'onnxruntime-common';
import { SymlossError } from '../core/index.ts';
import type { Ort } from './ort-session.ts';

export interface NativeOrt extends Ort {
  readonly env: Env;
  listSupportedBackends(): readonly { readonly name: string }[];
}

/** @throws SymlossError where onnxruntime-node is not installed */
export async function importNative(): Promise<NativeOrt> {
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
