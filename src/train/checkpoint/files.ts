import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CheckpointOptions } from './store.ts';

/** The checkpoints of a comparison: a file for every loss and seed in one folder. */
export interface CheckpointFolder extends Omit<CheckpointOptions, 'file'> {
  readonly folder: string;
}

export const checkpointSuffix = '.safetensors';

/**
 * The file of a run, such as `sgce_q=0.7-1d4fe3b7-seed1.safetensors`: letters, digits and signs
 * that every file system takes, and a hash of the spec, since different ones may look alike.
 */
export function checkpointFile(folder: string, loss: string, seed: number): string {
  const hash = createHash('sha256').update(loss).digest('hex').slice(0, 8);
  const name = loss.replace(/[^a-zA-Z0-9.=+-]+/g, '_').slice(0, 60);
  return join(folder, `${name}-${hash}-seed${seed}${checkpointSuffix}`);
}
