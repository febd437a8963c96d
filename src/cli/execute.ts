import { internalError } from '../core/index.ts';
import type { DataHash, Execute } from '../experiments/queue/index.ts';
import type { Device } from '../runtime/index.ts';

/** What makes the runs of a queue on this machine. */
export function executeHere(_how: {
  readonly threads: number;
  readonly device: Device;
  /** Where data sets given by name, and files given by relative paths, are looked for. */
  readonly folder: string | undefined;
}): { readonly execute: Execute; readonly hash: DataHash } {
  const missing = () => Promise.reject(internalError('there is nothing that makes runs yet'));
  return { execute: missing, hash: missing };
}
