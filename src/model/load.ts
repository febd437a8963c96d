import type { OnnxOptions } from '../graph/index.ts';
import { categoryIndex, input, program, termCounts, toOnnx } from '../graph/index.ts';
import type { Executable, Runner } from '../runtime/portable.ts';
import type { ModelCard } from './card.ts';
import { coreOf, takesTexts } from './core.ts';

type Loader = Pick<Runner, 'load'>;

/**
 * Loads a network, or its numeric core where the runner lacks operators on texts. Whether it does is tried with these
 * operators alone, since every runtime words its errors in its own way: another fault of the network stays one.
 * @param card of the network, both checked
 * @returns with the card of what was loaded
 * @throws what the runner says of the network; of its core where the texts were in the way
 */
export async function loadNetwork(
  onnx: Uint8Array,
  card: ModelCard,
  runner: Loader,
): Promise<{ card: ModelCard; executable: Executable }> {
  try {
    return { card, executable: await runner.load(onnx) };
  } catch (cause) {
    if (!takesTexts(card) || (await canLoadTexts(card, runner))) throw cause;
  }
  const core = await coreOf(onnx, card);
  return { card: core.card, executable: await runner.load(core.onnx) };
}

/** Whether a runner has the operators on texts that a model needs. */
async function canLoadTexts(card: ModelCard, runner: Loader): Promise<boolean> {
  const x = input('x', [1], 'string');
  const trial = program({
    place: categoryIndex(x, ['a']),
    ...(card.contribOperators && {
      counts: termCounts(x, { forms: ['a'], ids: [1], terms: [[1]] }),
    }),
  });
  const options: OnnxOptions = { contrib: false };
  try {
    await (await runner.load(toOnnx(trial, options))).dispose();
    return true;
  } catch {
    return false;
  }
}
