import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SymlossError, show } from '../../../core/index.ts';
import type { Embedding } from '../../embedding.ts';
import type { FoundModel } from './model.ts';
import { filesOfModel, hashOfFiles } from './model-files.ts';
import { loadModelOf, placesOfId } from './transformers.ts';

/** `owner/name`, or a name alone. */
const idPattern = /^([\w-][\w.-]*\/)?[\w-][\w.-]{0,95}$/;

/**
 * Finds a pretrained model: a folder of this machine, for which nothing is asked over the network, else an id, looked up
 * where transformers.js does: in its folder of models, its cache, the Hugging Face Hub. Its files are hashed, and loaded
 * when vectors are made.
 * @throws SymlossError where there is no such model, or files of it are missing
 */
export async function findModel(name: string, of: Embedding['of']): Promise<FoundModel> {
  const place = await stat(name).catch(() => undefined);
  if (place?.isDirectory()) return inFolder(name, of);
  const where = `model ${name}`;
  const expected = 'the folder of a model, or an id such as Xenova/all-MiniLM-L6-v2';
  if (place !== undefined) throw new SymlossError(where, expected, 'a file');
  if (!idPattern.test(name)) {
    throw new SymlossError(where, expected, 'no such folder', {
      hint: 'paths are taken from the folder that you are in',
    });
  }
  return byId(name, of, where);
}

/** @param called as messages and cards name it */
async function inFolder(folder: string, of: Embedding['of'], called = folder): Promise<FoundModel> {
  const { network, names } = await filesOfModel(folder, of);
  return {
    name: called,
    of,
    sha256: await hashOfFiles(folder, names),
    load: () => loadModelOf(of, { path: resolve(folder), network }, `model ${called}`),
  };
}

async function byId(id: string, of: Embedding['of'], where: string): Promise<FoundModel> {
  const known = await inPlaceOfId(id, of, where);
  if (known !== undefined) return known;
  const loaded = await loadModelOf(of, { path: id, network: undefined }, where); // which fetches its files
  const found = await inPlaceOfId(id, of, where);
  if (found !== undefined) return { ...found, load: async () => loaded };
  await loaded.dispose();
  throw new SymlossError(where, 'its files in the cache of transformers.js', 'none', {
    hint: `download the model, and give its folder instead of ${show(id)}`,
    kind: 'failure',
  });
}

async function inPlaceOfId(
  id: string,
  of: Embedding['of'],
  where: string,
): Promise<FoundModel | undefined> {
  for (const folder of await placesOfId(id, where)) {
    const isWhole = await filesOfModel(folder, of).then(
      () => true,
      () => false,
    );
    if (isWhole) return inFolder(folder, of, id);
  }
  return undefined;
}
