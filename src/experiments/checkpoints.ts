import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import { makeFolder } from '../io/index.ts';
import type { CheckpointOptions, Trained } from '../train/index.ts';

/** In a folder of results: what runs that were stopped go on from. */
export const checkpointFolder = 'checkpoints';

/** A run writes one this often, and a shorter one none, unless it is aborted. */
const checkpointEvery = 30; // seconds

/**
 * Trains with a checkpoint in a folder, from where an earlier attempt at the run stopped. A checkpoint that does not
 * serve (it is damaged, or of other versions, data or threads) is replaced: the run then starts anew.
 * @param id of the run
 */
export async function trainResuming(
  { folder, id }: { readonly folder: string; readonly id: string },
  train: (checkpoint: CheckpointOptions) => Promise<Trained>,
): Promise<Trained> {
  await makeFolder(folder);
  const file = fileOf(folder, id);
  const options = { file, seconds: checkpointEvery };
  try {
    return await train({ ...options, resume: true });
  } catch (error) {
    if (!(error instanceof SymlossError) || error.where !== file) throw error;
    await rm(file, { force: true });
    return train(options);
  }
}

/** Removes the checkpoint of a run that has ended, and the folder with the last one. */
export async function forgetCheckpoint(folder: string, id: string): Promise<void> {
  await rm(fileOf(folder, id), { force: true });
  await rmdir(folder).catch(() => {}); // others are in it, or there is none
}

function fileOf(folder: string, id: string): string {
  return join(folder, `${id}.safetensors`);
}
