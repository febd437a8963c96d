import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import type { Runner } from '../runtime/index.ts';
import { nodeRunner } from '../runtime/index.ts';
import type { ModelCard } from './card.ts';
import { parseModelCard } from './card.ts';
import { Predictor } from './predictor.ts';

export const modelFiles = { network: 'model.onnx', card: 'model.json' } as const;

/**
 * Writes a file whole or not at all: beside its place first, then renamed.
 * @throws SymlossError if the folder cannot be written to
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  try {
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {}); // nothing there to remove
    throw notWritable(path, cause);
  }
}

/** Makes a folder and its parents. @throws SymlossError if that fails. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

/** Writes `model.onnx` and `model.json` into a folder, making it if needed. */
export async function saveModel(folder: string, onnx: Uint8Array, card: ModelCard): Promise<void> {
  await makeFolder(folder);
  await writeWhole(join(folder, modelFiles.network), onnx);
  await writeWhole(join(folder, modelFiles.card), `${JSON.stringify(card, null, 2)}\n`);
}

/**
 * Loads a saved model.
 * @param folder with `model.onnx` and `model.json`
 * @throws SymlossError naming the file that is missing or not of symloss
 */
export async function loadModel(folder: string, runner: Runner = nodeRunner()): Promise<Predictor> {
  const cardFile = join(folder, modelFiles.card);
  const card = parseModelCard((await read(cardFile)).toString('utf8'), cardFile);
  const networkFile = join(folder, modelFiles.network);
  const network = await read(networkFile);
  try {
    return new Predictor(card, await runner.load(network));
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

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new SymlossError(file, 'a readable file', reasonOf(cause), {
      hint: 'give the folder that training wrote',
      kind: 'failure',
      cause,
    });
  }
}

function notWritable(path: string, cause: unknown): SymlossError {
  return new SymlossError(path, 'a place to write to', reasonOf(cause), {
    hint: 'choose another folder with --out',
    kind: 'failure',
    cause,
  });
}

/** `ENOENT: no such file or directory`, without the call and the path that Node adds. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split(', ')[0] ?? '') : String(cause);
}
