import { jsonText } from '../core/index.ts';
import type { ModelDescription } from './card.ts';
import { sha256Of } from './sha256.ts';

/** The files of a saved model. */
export const modelFiles = { network: 'model.onnx', card: 'model.json' } as const;

/** What a saved model consists of, by the names of its files. */
export interface ModelFiles {
  /** The network as ONNX. */
  readonly 'model.onnx': Uint8Array;
  /** Its card, as JSON. */
  readonly 'model.json': string;
}

/** The files of a model, as `loadModel` takes them. */
export async function filesOf(
  onnx: Uint8Array,
  description: ModelDescription,
): Promise<ModelFiles> {
  const { format, version, ...rest } = description;
  const card = { format, version, sha256: await sha256Of(onnx), ...rest };
  return { [modelFiles.network]: onnx, [modelFiles.card]: jsonText(card) };
}
