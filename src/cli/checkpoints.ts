import { access, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import { makeFolder, writeWhole } from '../io/index.ts';
import { checkpointSuffix } from '../train/index.ts';
import type { TrainConfig } from './config.ts';
import { checkConfig, optionName, readConfig } from './config.ts';

/*
 * While a command trains, `<out>/checkpoints` holds its options as `config.json`, from the start, and
 * a checkpoint of every run. The results beside it stay those of one run: they are written when all
 * runs are done, and only then.
 */

export const checkpointsOf = (out: string): string => join(out, 'checkpoints');

const optionsOf = (out: string): string => join(checkpointsOf(out), 'config.json');

/** Makes the folder of checkpoints, without those of an earlier run. */
export async function startCheckpoints(config: TrainConfig): Promise<void> {
  await removeCheckpoints(config.out);
  await makeFolder(checkpointsOf(config.out));
  await writeWhole(optionsOf(config.out), `${JSON.stringify(config, null, 2)}\n`);
}

/** Whether a command was stopped here, or kept its checkpoints. */
export function canResume(out: string): Promise<boolean> {
  return access(optionsOf(out)).then(
    () => true,
    () => false,
  );
}

/** Whether a run has got as far as a checkpoint. */
export async function hasCheckpoints(out: string): Promise<boolean> {
  return (await namesIn(checkpointsOf(out))).some((name) => name.endsWith(checkpointSuffix));
}

/** Removes what `train` wrote into the folder of checkpoints, and the folder if nothing else is in it. */
export async function removeCheckpoints(out: string): Promise<void> {
  const folder = checkpointsOf(out);
  const own = (name: string) =>
    name.startsWith('config.json') || /\.safetensors(\.part)?$/.test(name);
  for (const name of (await namesIn(folder)).filter(own)) await rm(join(folder, name));
  await rmdir(folder).catch(() => {}); // not there, or something of the user's is in it
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/**
 * The options of the command that was stopped in a folder.
 * @param given other options of the command line: only `jobs` may change on the way
 * @throws SymlossError where nothing can be resumed, or another setting is given
 */
export async function resumedConfig(
  out: string,
  given: Readonly<Record<string, unknown>>,
): Promise<TrainConfig> {
  const { jobs, ...others } = given;
  for (const [name, value] of Object.entries(others)) {
    if (value === undefined || value === false) continue;
    throw new SymlossError(optionName(name), 'nothing beside --resume', String(value), {
      hint: 'a resumed run keeps its settings; only --jobs and --keep-checkpoints go with it',
    });
  }
  if (!(await canResume(out))) {
    const expected = `a run that was stopped, with ${join('checkpoints', 'config.json')}`;
    throw new SymlossError(out, expected, 'none', {
      hint: 'give the folder that --out named; runs that ended have no checkpoints, unless with --keep-checkpoints',
    });
  }
  const file = optionsOf(out);
  const config = (await readConfig(file)) as object;
  checkConfig(config, file);
  return checkConfig({ ...config, out, ...(jobs !== undefined && { jobs }) });
}

/** How to go on, as typed in a shell. */
export function resumeCommand(out: string): string {
  return `symloss train --resume ${/^[\w./\\:-]+$/.test(out) ? out : JSON.stringify(out)}`;
}
