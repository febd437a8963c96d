import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, lockFile, namesIn, readJson } from '../io/index.ts';
import { checkpointFolder } from '../run/checkpoints.ts';
import { checkpointSuffix, readProgress } from '../train/checkpoint/index.ts';
import type { RunningRun } from './api/types.ts';

/** When a command that is at work in a folder of results took it, in milliseconds; `undefined` where none is. */
export async function runningSince(folder: string): Promise<number | undefined> {
  for (const place of [folder, join(folder, checkpointFolder)]) {
    const file = join(place, lockFile);
    if (!(await exists(file))) continue;
    // not the time of the file, which the command renews while it is at work
    const lock = await readJson(file).catch(() => undefined);
    return Date.parse((lock as { started?: string } | undefined)?.started ?? '') || 0;
  }
  return undefined;
}

/** A checkpoint that was written since a command is at work. */
interface Written {
  readonly id: string;
  readonly file: string;
  /** In milliseconds. */
  readonly time: number;
}

/**
 * The checkpoints in a folder of results that were written since a time: of runs that are being made. Others are of runs that
 * were stopped before. @param since in milliseconds
 */
export async function writtenCheckpoints(folder: string, since: number): Promise<Written[]> {
  const place = join(folder, checkpointFolder);
  const names = await namesIn(place).catch(() => []);
  const all = names
    .filter((name) => name.endsWith(checkpointSuffix))
    .map(async (name): Promise<Written> => {
      const file = join(place, name);
      const time = await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => Number.NEGATIVE_INFINITY,
      );
      return { id: name.slice(0, -checkpointSuffix.length), file, time };
    });
  return (await Promise.all(all)).filter(({ time }) => time >= since);
}

/** How far runs are, by their checkpoints. */
export async function runningRuns(checkpoints: readonly Written[]): Promise<RunningRun[]> {
  const all = checkpoints.map(async ({ id, file, time }): Promise<RunningRun[]> => {
    const { identity = {}, last } = (await readProgress(file)) ?? {};
    if (last === undefined) return [];
    const text = (name: string) => identity[name] ?? '';
    const { epoch, testAccuracy } = last;
    const metrics = { epoch, ...(testAccuracy !== undefined && { testAccuracy }) };
    const names = { loss: text('loss'), model: text('model'), noise: text('noise') };
    const numbers = { seed: Number(text('seed')), epochs: Number(text('epochs')) };
    return [{ id, ...names, ...numbers, ...metrics, written: new Date(time).toISOString() }];
  });
  return (await Promise.all(all)).flat();
}
