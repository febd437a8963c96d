/**
 * The package as its users get it: compiled, since the worker thread is started from a JavaScript
 * file. The types are those of the sources, so that checking types needs no build.
 */
const load = (name: string): Promise<unknown> => import(/* @vite-ignore */ name);

export const { SymlossError, crossValidate, digits, fromArrays, loadModel, parseNoise, train } =
  (await load('symloss')) as typeof import('../../src/index.ts');
export const { trainCrowd } = (await load('symloss')) as typeof import('../../src/index.ts');
export const core = (await load('symloss/core')) as typeof import('../../src/core/index.ts');
export const data = (await load('symloss/data')) as typeof import('../../src/data/index.ts');
export const graph = (await load('symloss/graph')) as typeof import('../../src/graph/index.ts');
export const nn = (await load('symloss/nn')) as typeof import('../../src/nn/index.ts');
export const trainModule = (await load(
  'symloss/train',
)) as typeof import('../../src/train/index.ts');
export const runModule = (await load('symloss/run')) as typeof import('../../src/run/index.ts');
export const experiments = (await load(
  'symloss/experiments',
)) as typeof import('../../src/experiments/index.ts');
