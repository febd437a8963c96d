import type { Runner } from '../runtime/portable.ts';
import type { SavedModel } from './card.ts';
import { checkModelCard } from './card.ts';
import { checkNetwork } from './check-network.ts';
import { loadNetwork } from './load.ts';
import { Predictor } from './predictor.ts';

/**
 * Opens a saved model where there are no files, as in a browser; in Node see `loadModel`. Where the runner lacks operators on
 * texts the model's numeric core is run, see `numericCore`.
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
  const loaded = await loadNetwork(onnx, checked, runner);
  return new Predictor(loaded.card, loaded.executable);
}
