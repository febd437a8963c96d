import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import { makeFolder } from '../io/index.ts';
import type { CheckpointOptions } from '../train/index.ts';
import type { Trained } from './trained.ts';

/** In a folder of results: what runs that were stopped go on from. */
export const checkpointFolder = 'checkpoints';

/** Where runs leave what they need to go on, and how often: see `CheckpointOptions`. */
export interface RunCheckpoints extends Omit<CheckpointOptions, 'file' | 'resume'> {
  readonly folder: string;
  /** What becomes of a checkpoint that is damaged or does not fit: the run starts again, or fails. Default: `restart`. */
  readonly unfit?: 'restart' | 'refuse';
}

/**
 * Trains with a checkpoint in a folder, from where an earlier attempt at the run stopped. A checkpoint that does not
 * serve (it is damaged, or of other versions, data or threads) is replaced, unless it is to be refused.
 * @param id of the run
 */
export async function trainResuming(
  { folder, unfit = 'restart', ...often }: RunCheckpoints,
  id: string,
  train: (checkpoint: CheckpointOptions) => Promise<Trained>,
): Promise<Trained> {
  await makeFolder(folder);
  const options = { file: fileOf(folder, id), ...often };
  try {
    return await train({ ...options, resume: true });
  } catch (error) {
    const isUnfit = error instanceof SymlossError && error.where === options.file;
    if (!isUnfit || unfit === 'refuse') throw error;
    await rm(options.file, { force: true }).catch(() => {
      throw error; // a folder, say
    });
    return train(options);
  }
}

/** Removes the checkpoint of a run that has ended, and the folder with the last one. */
export async function forgetCheckpoint(folder: string, id: string): Promise<void> {
  await rm(fileOf(folder, id), { force: true });
  await rmdir(folder).catch(() => {}); // others are in it, or there is none
}

/** The file of a run: its id. */
function fileOf(folder: string, id: string): string {
  return join(folder, `${id}.safetensors`);
}
