import type { Tensor } from '../core/index.ts';
import { fromNumbers, toNumbers } from '../core/index.ts';
import { add, input, mul, program, toOnnx } from '../graph/index.ts';
import type { Device } from './devices.ts';
import type { Runner } from './runner.ts';

const outcomes = new Map<string, Promise<string | undefined>>();

/**
 * Why state does not stay on a device: it is tried with two steps of a small program, once per runner and device in a thread.
 * @param load makes a program whose state stays there
 * @returns the reason, or `undefined` where it does stay
 */
export function tryState(
  runner: string,
  device: Device,
  load: Runner['loadStateful'],
): Promise<string | undefined> {
  const key = `${runner} ${device}`;
  const known = outcomes.get(key) ?? whyNot(load);
  outcomes.set(key, known);
  return known;
}

export async function whyNot(load: Runner['loadStateful']): Promise<string | undefined> {
  try {
    const numbers = await seenOf(load);
    return numbers.join() === wanted.join()
      ? undefined
      : `a state that is known was ${numbers.join(', ')} instead of ${wanted.join(', ')}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is seen of 1, 4 and 9 and of their double: by an attached program, by the second step, and when it is read. */
const wanted = [2, 8, 18, 4, 16, 36, 2, 8, 18];

/** The sum of two steps. */
async function seenOf(load: Runner['loadStateful']): Promise<readonly number[]> {
  const vector = (...values: number[]) => fromNumbers('float32', [3], values);
  const sum = input('sum', [3]);
  const after = add(sum, input('x', [3]));
  const step = toOnnx(program({ twice: mul(after, 2), next: after }), { target: 'device' });
  const view = toOnnx(program({ twice: mul(sum, 2) }), { target: 'device' });
  const executable = await load(step, { first: { sum: vector(0, 0, 0) }, next: { sum: 'next' } });
  try {
    const attached = await executable.attach(view);
    const x = vector(1, 4, 9);
    await executable.step({ x });
    const [between, second] = [await attached.run({}), await executable.step({ x })];
    const { sum: last } = await executable.read();
    return [between['twice'], second['twice'], last].flatMap((tensor) =>
      Array.from(toNumbers(tensor as Tensor)),
    );
  } finally {
    await executable.dispose();
  }
}
