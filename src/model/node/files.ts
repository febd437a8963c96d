import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError, show } from '../../core/index.ts';
import type { Embed } from '../../data/formats/index.ts';
import { nodeEmbedder, openRows } from '../../data/formats/index.ts';
import type { WriteOptions } from '../../io/index.ts';
import { exists, makeFolder, readBytes, writeTogether } from '../../io/index.ts';
import type { Runner } from '../../runtime/index.ts';
import { nodeRunner } from '../../runtime/index.ts';
import type { ModelCard, ModelDescription } from '../card.ts';
import { parseModelCard } from '../card.ts';
import { checkNetwork } from '../check-network.ts';
import { loadNetwork } from '../load.ts';
import { filesOf, modelFiles } from '../model-files.ts';
import { Predictor } from '../predictor.ts';

const unreadable = { hint: 'give the folder that training wrote', kind: 'failure' } as const;

/**
 * Writes `model.onnx` and `model.json` into a folder, making it if needed. Where that fails, a model that was there is as
 * it was; a kill may leave the new network beside the old card, which `loadModel` then refuses. A folder that was made for it is
 * removed.
 * @throws SymlossError (failure) where they cannot be written
 */
export async function saveModel(
  folder: string,
  onnx: Uint8Array,
  description: ModelDescription,
  { replace = true }: Pick<WriteOptions, 'replace'> = {},
): Promise<void> {
  checkFolder('save', folder);
  const files = await filesOf(onnx, description);
  const isNew = !(await exists(folder));
  await makeFolder(folder);
  try {
    await writeTogether(
      Object.values(modelFiles).map((name) => [join(folder, name), files[name]] as const),
      { replace },
    );
  } catch (cause) {
    if (isNew) await rmdir(folder).catch(() => {}); // somebody else's files are in it
    throw cause;
  }
}

/** @throws SymlossError unless it is the name of a folder: an empty one would be the current folder */
function checkFolder(where: string, folder: unknown): void {
  if (typeof folder !== 'string' || folder === '') {
    throw new SymlossError(where, 'a folder', show(folder));
  }
}

/**
 * Reads the two files of a saved model.
 * @param folder with `model.onnx` and `model.json`
 * @throws SymlossError (failure) naming the file that is missing, damaged or not of symloss, and where the two are of
 * different models
 */
export async function readModel(folder: string): Promise<{ onnx: Uint8Array; card: ModelCard }> {
  checkFolder('loadModel', folder);
  const cardFile = join(folder, modelFiles.card);
  const kind = (await exists(folder)) ? 'failure' : 'usage'; // a name that is mistyped
  const card = parseModelCard(
    (await readBytes(cardFile, { ...unreadable, kind })).toString('utf8'),
    cardFile,
  );
  const networkFile = join(folder, modelFiles.network);
  const onnx = await readBytes(networkFile, unreadable);
  await checkNetwork(onnx, card, networkFile);
  return { onnx, card };
}

/**
 * Loads a saved model. Where the runner lacks operators on texts its numeric core is run, see `numericCore`.
 * @param folder with `model.onnx` and `model.json`
 * @param embed where the pretrained models lie now that make vectors of texts or images, by column. Default: where they lay
 * in training. They are loaded when texts or images are predicted
 * @throws SymlossError (failure) naming the file that is missing, damaged or not of symloss, and where the two are of
 * different models
 */
export async function loadModel(
  folder: string,
  runner: Runner = nodeRunner(),
  embed: Embed = {},
): Promise<Predictor> {
  const { onnx, card } = await readModel(folder);
  try {
    const loaded = await loadNetwork(onnx, card, runner);
    return new Predictor(loaded.card, loaded.executable, openRows, nodeEmbedder(embed));
  } catch (cause) {
    // a missing package, say, has a remedy of its own
    if (!(cause instanceof SymlossError) || cause.hint !== undefined) throw cause;
    throw new SymlossError(join(folder, modelFiles.network), 'an ONNX model', cause.received, {
      hint: 'train and save the model again',
      kind: 'failure',
      cause,
    });
  }
}
