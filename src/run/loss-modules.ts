import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SymlossError } from '../core/index.ts';
import * as graph from '../graph/index.ts';
import { readBytes, reasonOf } from '../io/index.ts';
import * as losses from '../losses/index.ts';
import { removeLoss } from '../losses/registry.ts';
import { autoLoss } from './loss-spec.ts';

/** A module that registers losses; its content decides what its losses are. */
export interface LossModule {
  /** As given, from the folder that the program runs in. */
  readonly path: string;
  /** Of the file itself, not of what it imports. */
  readonly sha256: string;
}

/** What a module's default export is called with: everything of `symloss/losses` and `symloss/graph`. */
export type LossLibrary = typeof losses & typeof graph;

interface Loaded {
  readonly sha256: string;
  /** Losses that it registered. */
  readonly names: readonly string[];
}

const loaded = new Map<string, Loaded>(); // by absolute path
let last: Promise<unknown> = Promise.resolve();

/**
 * Loads modules that register losses of your own, so that specs can name them in this process. A
 * module either has a function as its default export, which is called with the library
 * (`({ registerLoss, softmax }) => registerLoss({ … })`), or imports symloss itself. Loaded once; a
 * module that has changed since replaces the losses that it had registered.
 * @param modules paths, or modules whose content must be as it was
 * @throws SymlossError where a file cannot be read, is another than expected, fails, or registers nothing
 */
export function loadLossModules(modules: readonly (string | LossModule)[]): Promise<LossModule[]> {
  // one after the other, since what a module registers is told by what is new after it
  const all = last.then(async () => {
    const found: LossModule[] = [];
    for (const module of modules) {
      found.push(await load(typeof module === 'string' ? { path: module } : module));
    }
    return found;
  });
  last = all.catch(() => {});
  return all;
}

/** A module that is loaded. @throws SymlossError unless it is */
export function loadedModule(path: string): LossModule {
  const known = loaded.get(resolve(path));
  if (known !== undefined) return { path, sha256: known.sha256 };
  throw new SymlossError(path, 'a module that is loaded', 'another', {
    hint: 'await loadLossModules(grid.modules) first; readGrid does',
  });
}

/** A module is source code; whatever is longer is none. */
const longestModule = 2 ** 24; // bytes

/** Whether a file is the module of this content. Others are not looked into where their size tells. */
export function isModuleFile(file: string, sha256: string): boolean {
  try {
    const found = statSync(file);
    return found.isFile() && found.size <= longestModule && hashOf(readFileSync(file)) === sha256;
  } catch {
    return false; // it cannot be read
  }
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Those of the modules, loaded before, that a loss spec needs. */
export function modulesOf(spec: string, modules: readonly LossModule[]): LossModule[] {
  if (spec === autoLoss) return [];
  const used = losses.namedLosses(losses.parseLoss(spec).tree).map(({ name }) => name);
  return modules.filter(({ path }) =>
    loaded.get(resolve(path))?.names.some((name) => used.includes(name)),
  );
}

async function load(module: { path: string; sha256?: string }): Promise<LossModule> {
  const { path } = module;
  const file = resolve(path);
  const content = await readBytes(path, {
    expected: 'a readable module',
    hint: 'paths are taken from the folder that you are in',
    atMost: longestModule,
  });
  const sha256 = hashOf(content);
  if (module.sha256 !== undefined && module.sha256 !== sha256) {
    throw new SymlossError(path, 'the module as the grid read it', 'another content', {
      hint: 'the file has changed since, or is another one on this machine; start the grid again',
    });
  }
  const known = loaded.get(file);
  if (known?.sha256 === sha256) return { path, sha256 };
  for (const name of known?.names ?? []) removeLoss(name);
  loaded.delete(file);
  const before = new Set(losses.lossDefinitions.keys());
  await run(path, `${pathToFileURL(file).href}?sha256=${sha256}`).catch((cause) => {
    for (const name of newNames(before)) removeLoss(name);
    throw cause;
  });
  const names = newNames(before);
  if (names.length === 0) {
    throw new SymlossError(path, 'a module that registers a loss', 'one that registers none', {
      hint: 'write: export default ({ registerLoss }) => registerLoss({ … })',
    });
  }
  loaded.set(file, { sha256, names });
  return { path, sha256 };
}

function newNames(before: ReadonlySet<string>): string[] {
  return [...losses.lossDefinitions.keys()].filter((name) => !before.has(name));
}

async function run(path: string, url: string): Promise<void> {
  try {
    const { default: register } = (await import(url)) as { default?: unknown };
    if (typeof register !== 'function') return;
    await (register as (library: LossLibrary) => unknown)({ ...graph, ...losses });
  } catch (cause) {
    if (cause instanceof SymlossError) {
      const { where, expected, received, hint } = cause;
      throw new SymlossError(`${path}, ${where}`, expected, received, { hint, cause });
    }
    throw new SymlossError(path, 'a module that registers losses', `"${reasonOf(cause)}"`, {
      hint: 'the default export gets all of symloss: export default ({ registerLoss }) => …',
      cause,
    });
  }
}
