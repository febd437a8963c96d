import { SymlossError } from '../core/index.ts';
import { cutTexts } from '../graph/index.ts';
import type { ModelCard, SavedModel } from './card.ts';
import { checkModelCard } from './card.ts';
import { checkNetwork } from './check-network.ts';
import { sha256Of } from './sha256.ts';
import { encodingOf } from './text-encoding.ts';

/**
 * The numeric core of a model of categories or texts, for runtimes without operators on texts: the same model, whose inputs
 * take numbers only. For each input that took texts its card says how they become numbers (`inputs[].encoding`);
 * `openModel`, `loadModel` and `predict` do that by themselves.
 * @returns the core's `model.onnx` and `model.json`
 * @throws SymlossError if the two are not of one model of symloss, or the model takes no texts
 * @example
 * const core = await numericCore({ onnx, card });
 * await writeFile('core/model.onnx', core.onnx);
 * await writeFile('core/model.json', JSON.stringify(core.card));
 */
export async function numericCore({
  onnx,
  card,
}: SavedModel): Promise<{ onnx: Uint8Array; card: ModelCard }> {
  const checked = checkModelCard(card, 'model card');
  await checkNetwork(onnx, checked, 'network');
  if (!takesTexts(checked)) {
    throw new SymlossError('model', 'one that takes categories or texts', 'one of numbers only', {
      hint: 'its model.onnx has standard operators for numbers only, as it is',
    });
  }
  return coreOf(onnx, checked);
}

/** The same of a network and a card that were checked. */
export async function coreOf(
  onnx: Uint8Array,
  card: ModelCard,
): Promise<{ onnx: Uint8Array; card: ModelCard }> {
  const core = cutTexts(
    onnx,
    'network',
    'The numeric core of a classifier trained by symloss: categories as places, texts as counts of terms.',
  );
  const inputs = card.inputs?.map((own) => {
    const operation = core.operations.get(own.name);
    if (operation === undefined) return own;
    return { ...own, type: 'float32' as const, encoding: encodingOf(operation) };
  });
  const { contribOperators: _, ...rest } = card;
  return { onnx: core.onnx, card: { ...rest, sha256: await sha256Of(core.onnx), inputs } };
}

/** Whether a network has inputs of texts. */
export function takesTexts({ inputs = [] }: Pick<ModelCard, 'inputs'>): boolean {
  return inputs.some(({ type }) => type === 'string');
}
