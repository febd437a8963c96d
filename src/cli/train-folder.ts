import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { field, SymlossError, show } from '../core/index.ts';
import { ResultsFolder } from '../experiments/results/folder.ts';
import { recordsFile } from '../experiments/results/records.ts';
import {
  checkOutputs,
  exists,
  fullDisk,
  makeFolder,
  readBytes,
  readJson,
  writeJson,
  writeTogether,
} from '../io/index.ts';
import { modelFiles } from '../model/node/index.ts';
import type { PlannedRun } from '../run/config.ts';
import { inputFiles } from '../run/input-files.ts';
import type { TrainConfig } from './train-config.ts';
import { checkConfig, configFormat, readConfig } from './train-config.ts';

/*
 * The folder of a command `train`. While it trains, `checkpoints` in it is a folder of results: the
 * options as `config.json`, the records of the runs that have ended, a checkpoint of every other, and
 * the model that will be kept. The results beside it stay those of an earlier command: they are
 * replaced when all runs are done, and only then.
 */

/** What is there when all runs are done. */
export const resultFiles = {
  ...modelFiles,
  metrics: 'metrics.json',
  config: 'config.json',
  records: recordsFile,
  report: 'report.html',
} as const;

const workFolder = (out: string): string => join(out, 'checkpoints');
const optionsFile = (out: string): string => join(workFolder(out), 'config.json');
/** The options of a command that is done, until its folder of checkpoints is tidied up. */
const finishedFile = (out: string): string => join(workFolder(out), 'finished.json');

/** Whether a command was stopped here, or kept its checkpoints. */
export function canResume(out: string): Promise<boolean> {
  return exists(optionsFile(out));
}

export interface StartOptions {
  readonly overwrite: boolean;
  /** Files that the options were read from. */
  readonly files: readonly (string | undefined)[];
  readonly resume: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the folder that a command makes its runs in, so that a wrong one costs no training.
 * @throws SymlossError where there are results of an earlier command, unless they may be overwritten,
 * where something else has a name that is needed, or while another command is at work there
 */
export async function openTrainFolder(
  config: TrainConfig,
  { overwrite, resume, files, signal }: StartOptions,
): Promise<ResultsFolder> {
  const { out } = config;
  await makeFolder(out);
  const mayReplace = overwrite || resume;
  if (!mayReplace) await refuseResults(out);
  if (overwrite && (await exists(join(out, 'grid.yaml')))) {
    throw new SymlossError(out, 'a folder of symloss train', 'one of symloss bench', {
      hint: `choose another with ${field('out')}`,
    });
  }
  const places = Object.values(resultFiles).map((name) => join(out, name));
  const inputs = [...files, ...(await inputFiles(config, { folder: config.folder, signal }))];
  await checkOutputs(places, { inputs, replace: true });
  if (!resume) await checkOurs(out);
  const work = workFolder(out);
  return ResultsFolder.open(work, {
    checkpoints: work,
    prepare: async () => {
      if (!mayReplace) await refuseStopped(out); // first, who has the folder
      if (!resume) await removeWork(out);
      await writeJson(optionsFile(out), { ...configFormat, ...config });
    },
  });
}

async function refuseStopped(out: string): Promise<void> {
  if (!(await canResume(out))) return;
  throw new SymlossError(out, 'a folder without an earlier run', 'one with checkpoints', {
    hint: `go on with: ${resumeCommand(out)}, choose another with ${field('out')}, or add ${field('overwrite')}`,
  });
}

async function refuseResults(out: string): Promise<void> {
  if (await canResume(out)) return; // that is said
  for (const name of Object.values(resultFiles)) {
    if (!(await exists(join(out, name)))) continue;
    throw new SymlossError(out, 'a folder without an earlier run', name, {
      hint: `choose another with ${field('out')}, or add ${field('overwrite')}`,
    });
  }
}

/** @throws SymlossError unless this version of symloss wrote what is in the folder of checkpoints */
async function checkOurs(out: string): Promise<void> {
  for (const file of [optionsFile(out), finishedFile(out)]) {
    if (!(await exists(file))) continue;
    const { format, version } = ((await readJson(file)) ?? {}) as Record<string, unknown>;
    if (format === configFormat.format && version === configFormat.version) continue;
    const received =
      format === undefined ? 'one of an older version, or of another program' : show(format);
    throw new SymlossError(workFolder(out), 'a folder of checkpoints of this version', received, {
      hint: `take it away, or choose another folder with ${field('out')}`,
    });
  }
}

/** What of a folder is left when a command is stopped: what it can go on from, or nothing. */
export async function leaveTrainFolder(out: string, isNew: boolean): Promise<boolean> {
  const names = await namesIn(workFolder(out));
  if (names.some((name) => isCheckpoint(name) || name === recordsFile)) return true;
  await removeWork(out);
  await removeEmpty(out, isNew);
  return false;
}

export interface TrainResults {
  /** Contents by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The run whose model is kept; absent where that failed. */
  readonly model: PlannedRun | undefined;
  readonly keepCheckpoints: boolean;
}

/**
 * Puts what a command that is done has made in its place, all files together. Until its options are removed a command that
 * was killed on the way is gone on with.
 */
export async function finishTrainFolder(
  out: string,
  { files, model, keepCheckpoints }: TrainResults,
): Promise<void> {
  const work = workFolder(out);
  const made = [
    ...(model ? Object.values(modelFiles).map((name) => join('models', model.id, name)) : []),
    recordsFile,
  ];
  const contents = made.map(
    async (path) => [join(out, basename(path)), await readBytes(join(work, path))] as const,
  );
  await writeTogether([
    ...Object.entries(files).map(([name, text]) => [join(out, name), text] as const),
    ...(await Promise.all(contents)),
  ]);
  const written = new Set([...Object.keys(files), ...made.map((path) => basename(path))]);
  for (const name of Object.values(resultFiles)) {
    if (!written.has(name)) await rm(join(out, name), { force: true });
  }
  if (!keepCheckpoints) await removeWork(out);
}

/** Removes the folder of checkpoints, and a new folder, where nothing is left in it. */
export async function removeEmpty(out: string, isNew: boolean): Promise<void> {
  await rmdir(workFolder(out)).catch(() => {}); // there is something to go on from, or of the user's
  if (isNew) await rmdir(out).catch(() => {});
}

const isCheckpoint = (name: string): boolean => /^[0-9a-f]{16}\.safetensors$/.test(name);

/**
 * Removes what a command `train` has written into its folder of checkpoints, but for the lock. Its options are renamed
 * first: from then on there is nothing to go on from, and the rest is still known as its own.
 */
async function removeWork(out: string): Promise<void> {
  const work = workFolder(out);
  if (await canResume(out)) await rename(optionsFile(out), finishedFile(out));
  if (!(await exists(finishedFile(out)))) return;
  for (const name of await namesIn(work)) {
    const isPart = /^[0-9a-f]{16}\.safetensors\.\d+-[0-9a-f]{12}\.part$/.test(name);
    if (isPart || isCheckpoint(name)) await rm(join(work, name), { force: true });
  }
  for (const id of await namesIn(join(work, 'models'))) {
    if (/^[0-9a-f]{16}$/.test(id)) await rm(join(work, 'models', id), { recursive: true });
  }
  await rmdir(join(work, 'models')).catch(() => {});
  await rm(join(work, recordsFile), { force: true });
  await rm(finishedFile(out), { force: true });
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
    throw new SymlossError(field(name), `nothing beside ${field('resume')}`, String(value), {
      hint: `a resumed run keeps its settings; only ${field('jobs')} and ${field('keepCheckpoints')} go with it`,
    });
  }
  checkConfig({ jobs });
  if (!(await canResume(out))) {
    const expected = `a run that was stopped, with ${join('checkpoints', 'config.json')}`;
    throw new SymlossError(out, expected, 'none', {
      hint: `give the folder that ${field('out')} named; runs that ended have no checkpoints, unless with ${field('keepCheckpoints')}`,
    });
  }
  const config = await readConfig(optionsFile(out));
  await checkOurs(out);
  return checkConfig({ ...config, out, ...(jobs !== undefined && { jobs }) });
}

/**
 * What ended a command, with what to do next where it was interrupted, or a disk is full.
 * @param out the folder, where there is something to go on from
 */
export function withNextStep(
  error: unknown,
  out: string | undefined,
  signal: AbortSignal | undefined,
): unknown {
  if (signal?.aborted && error === signal.reason) {
    const next =
      out === undefined ? 'nothing to resume: start it again' : `go on with: ${resumeCommand(out)}`;
    return new Error(`${(error as Error).message}; ${next}`);
  }
  if (!(error instanceof SymlossError) || error.received !== fullDisk) return error;
  const { where, expected, received, kind } = error.parts;
  const next = out === undefined ? 'and start it again' : `then: ${resumeCommand(out)}`;
  return new SymlossError(where, expected, received, {
    hint: `make room, ${next}`,
    kind,
    cause: error,
  });
}

/** How to go on, as typed in a shell. */
export function resumeCommand(out: string): string {
  return `symloss train --resume ${/^[\w./\\:-]+$/.test(out) ? out : JSON.stringify(out)}`;
}
