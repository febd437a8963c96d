import { join } from 'node:path';
import { SymlossError } from '../../core/index.ts';
import { openRows } from '../../data/formats/index.ts';
import { makeFolder, readBytes, writeJson, writeWhole } from '../../io/index.ts';
import type { Runner } from '../../runtime/index.ts';
import { nodeRunner } from '../../runtime/index.ts';
import type { ModelCard } from '../card.ts';
import { parseModelCard } from '../card.ts';
import { Predictor } from '../predictor.ts';

export const modelFiles = { network: 'model.onnx', card: 'model.json' } as const;

const unreadable = { hint: 'give the folder that training wrote', kind: 'failure' } as const;

/** Writes `model.onnx` and `model.json` into a folder, making it if needed. */
export async function saveModel(folder: string, onnx: Uint8Array, card: ModelCard): Promise<void> {
  await makeFolder(folder);
  await writeWhole(join(folder, modelFiles.network), onnx);
  await writeJson(join(folder, modelFiles.card), card);
}

/**
 * Loads a saved model.
 * @param folder with `model.onnx` and `model.json`
 * @throws SymlossError naming the file that is missing or not of symloss
 */
export async function loadModel(folder: string, runner: Runner = nodeRunner()): Promise<Predictor> {
  const cardFile = join(folder, modelFiles.card);
  const card = parseModelCard((await readBytes(cardFile, unreadable)).toString('utf8'), cardFile);
  const networkFile = join(folder, modelFiles.network);
  const network = await readBytes(networkFile, unreadable);
  try {
    return new Predictor(card, await runner.load(network), openRows);
  } catch (cause) {
    // a missing package, say, has a remedy of its own
    if (!(cause instanceof SymlossError) || cause.hint !== undefined) throw cause;
    throw new SymlossError(networkFile, 'an ONNX model', cause.received, {
      hint: 'train and save the model again',
      kind: 'failure',
      cause,
    });
  }
}
