import { win32 } from 'node:path';
import { field, SymlossError } from '../core/index.ts';
import { isDatasetName } from '../data/formats/index.ts';
import type { Roots } from '../io/index.ts';
import { findBelow, linkOut, rootsOf, staysBelow } from '../io/index.ts';
import { columnNoise } from './column-noise.ts';
import type { DataConfig, RunConfig } from './config.ts';
import { changeDataFiles, dataFiles } from './data-files.ts';
import type { LossModule } from './loss-modules.ts';
import { isModuleFile } from './loss-modules.ts';
import { readNoise } from './noise-files.ts';

/** What runs that come from elsewhere may read of this machine; plain data. */
export interface RunRoots {
  /** Data and files of the noise. */
  readonly data: Roots;
  /** Modules with losses: code that runs here. */
  readonly modules: Roots;
  /** Where data sets given by name are looked for; where there is none, in their usual places. */
  readonly named: Roots;
}

/**
 * @param data default: the folder that the program runs in
 * @param modules default: none
 * @throws SymlossError unless all are folders
 */
export function runRoots(data: readonly string[] = [], modules: readonly string[] = []): RunRoots {
  return {
    data: rootsOf(field('data'), data.length === 0 ? ['.'] : data),
    modules: rootsOf(field('modules'), modules),
    named: rootsOf(field('data'), data),
  };
}

/**
 * Checks what a run that comes from elsewhere names: paths of data that lead out of their folders, files of the noise and
 * modules. Nothing outside of the folders is opened.
 * @throws SymlossError for what this machine does not give; it tells nothing about other files
 */
export function checkFiles(config: RunConfig, roots: RunRoots): void {
  for (const { name, path } of [...dataFiles(config.data), ...modelPaths(config.data)]) {
    if (!staysBelow(roots.data, path)) throw leadsOut(name, path);
  }
  if (columnNoise(config.noise, config.data) === undefined) {
    readNoise(config.noise, noiseFiles(config, roots));
  }
  for (const module of config.modules ?? []) findModule(module, roots.modules);
}

/**
 * The configuration of a run with the files of this machine that it names, links resolved.
 * @throws SymlossError as `checkFiles` does, and for data that are not there
 */
export async function localRun(config: RunConfig, roots: RunRoots): Promise<RunConfig> {
  const { folder: _, ...data } = config.data; // where data lie is this machine's affair
  const found = changeDataFiles(data, (name, path) => findData(name, path, roots));
  const models = modelPaths(config.data).map(({ name, path }) => [
    name,
    findModelFolder(path, roots),
  ]);
  const embed = models.length > 0 && { embed: Object.fromEntries(models) };
  const local = { ...data, ...found, ...embed } as DataConfig;
  const folder = isDatasetName(data.source) ? namedFolder(data.source, roots) : undefined;
  const paths = [...dataFiles(found), ...modelPaths(local)].map(({ path }) => path);
  for (const path of [...paths, ...(folder ? [folder] : [])]) {
    const link = await linkOut(roots.data, path);
    if (link !== undefined) throw notThere(path, 'a folder with a link that leads out of it');
  }
  const modules = config.modules?.map((module) => ({
    ...module,
    path: findModule(module, roots.modules),
  }));
  return {
    ...config,
    data: { ...local, ...(folder !== undefined && { folder }) },
    ...(modules && { modules }),
  };
}

/** How the noise of a run finds its file. */
export function noiseFiles({ noiseSha256: sha256 }: RunConfig, roots: RunRoots | undefined) {
  return { sha256, find: roots && ((path: string) => findBelow(roots.data, path)) };
}

/** Pretrained models by the columns that they embed: of what comes from elsewhere only folders, nothing is downloaded. */
function modelPaths({
  embed = {},
}: DataConfig): { readonly name: string; readonly path: string }[] {
  return Object.entries(embed).map(([name, path]) => ({ name, path }));
}

function findModelFolder(path: string, roots: RunRoots): string {
  const found = findBelow(roots.data, path);
  if (found !== undefined) return found;
  throw new SymlossError(
    `model ${path}`,
    'the folder of the model below the data folders of this worker',
    'none',
    { hint: 'copy it there', kind: 'failure' },
  );
}

function findData(name: string, path: string, { data }: RunRoots): string {
  if (!staysBelow(data, path)) throw leadsOut(name, path);
  const found = findBelow(data, path);
  if (found === undefined) throw notThere(path, 'none');
  return found;
}

/** The folder of a data set that is given by name: one of its name, else it lies directly in the first. */
function namedFolder(source: string, { named }: RunRoots): string | undefined {
  return findBelow(named, source) ?? named[0];
}

/** @throws SymlossError, always the same, unless a file with the content of the module is below the folders */
function findModule({ path, sha256 }: LossModule, roots: Roots): string {
  // the content decides, so that a path of the grid's machine is not needed
  for (const name of [path, win32.basename(path)]) {
    const found = findBelow(roots, name);
    if (found !== undefined && isModuleFile(found, sha256)) return found;
  }
  throw new SymlossError(
    `module ${path}`,
    "the grid's module, by its SHA-256, below the module folders of this worker",
    'none',
    {
      hint: 'copy it there, and name the folder: symloss worker --modules <folder>',
      kind: 'failure',
    },
  );
}

function leadsOut(name: string, path: string): SymlossError {
  return new SymlossError(
    `${name} ${path}`,
    'a path below the data folders of this worker',
    'one that leads out of them',
    { hint: 'give a path that starts there: symloss worker --data <folder>', kind: 'failure' },
  );
}

function notThere(path: string, received: string): SymlossError {
  return new SymlossError(path, 'data below the data folders of this worker', received, {
    kind: 'failure',
  });
}
