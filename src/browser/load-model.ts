import { SymlossError, show } from '../core/index.ts';
import type { Predictor } from '../model/index.ts';
import { modelFiles, openModel, parseModelCard } from '../model/index.ts';
import { workerLoader } from './sessions.ts';

/** A file as pages have it: its bytes or text, a `File` or `Blob`, or the `Response` of `fetch`. */
export type PageFile = string | Uint8Array | ArrayBuffer | Pick<Blob, 'arrayBuffer'>;

/** The two files of a saved model by their names, as `Trained.files` gives and `save` writes them. */
export interface GivenModelFiles {
  readonly 'model.onnx': PageFile;
  readonly 'model.json': PageFile;
}

/**
 * Opens a saved model, to predict in a worker of the page. Where onnxruntime-web lacks operators on texts the model's numeric core
 * is run, see `numericCore`.
 * @throws SymlossError naming the file that is missing, damaged or not of symloss, and where the two are of different models
 * @example
 * const [onnx, json] = ['model.onnx', 'model.json'].map((name) => fetch(`model/${name}`));
 * const model = await loadModel({ 'model.onnx': await onnx, 'model.json': await json });
 * const { labels } = await model.predict([[5.1, 3.5, 1.4, 0.2]]);
 */
export async function loadModel(files: GivenModelFiles): Promise<Predictor> {
  const onnx = await bytesOf(files, modelFiles.network);
  const text = new TextDecoder().decode(await bytesOf(files, modelFiles.card));
  return openModel({ onnx, card: parseModelCard(text, modelFiles.card) }, workerLoader);
}

async function bytesOf(files: GivenModelFiles, name: keyof GivenModelFiles): Promise<Uint8Array> {
  const file: unknown = files?.[name];
  if (typeof file === 'string') return new TextEncoder().encode(file);
  if (file instanceof Uint8Array) return file;
  if (file instanceof ArrayBuffer) return new Uint8Array(file);
  if (!hasBytes(file)) {
    const expected = 'its text or bytes, a File, a Blob, or the Response of fetch';
    throw new SymlossError(name, expected, show(file));
  }
  if (file.ok === false) {
    throw new SymlossError(name, 'a file that is there', `status ${file.status} of the server`, {
      kind: 'failure',
    });
  }
  return new Uint8Array(await file.arrayBuffer());
}

function hasBytes(
  file: unknown,
): file is Pick<Blob, 'arrayBuffer'> & Partial<Pick<Response, 'ok' | 'status'>> {
  return typeof file === 'object' && file !== null && 'arrayBuffer' in file;
}
