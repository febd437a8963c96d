import type { Runner } from '../runtime/index.ts';
import { checkModelCard } from './card.ts';
import { checkNetwork } from './check-network.ts';
import { Predictor } from './predictor.ts';

/** A saved model, read by the caller. */
export interface SavedModel {
  /** The bytes of `model.onnx`. */
  readonly onnx: Uint8Array;
  /** The content of `model.json`, parsed. */
  readonly card: unknown;
}

/**
 * Opens a saved model where there are no files, as in a browser; in Node see `loadModel`.
 * @throws SymlossError if the card is not one of symloss or of another network, or the runner cannot load the
 * network
 * @example
 * const response = await fetch('model/model.onnx');
 * const onnx = new Uint8Array(await response.arrayBuffer());
 * const card = await (await fetch('model/model.json')).json();
 * const model = await openModel({ onnx, card }, webRunner());
 */
export async function openModel(
  { onnx, card }: SavedModel,
  runner: Pick<Runner, 'load'>,
): Promise<Predictor> {
  const checked = checkModelCard(card, 'model card');
  await checkNetwork(onnx, checked, 'network');
  return new Predictor(checked, await runner.load(onnx));
}
