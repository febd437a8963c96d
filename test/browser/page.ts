import { fromNumbers, stream, toNumbers } from '../../src/core/index.ts';
import type { Op } from '../../src/graph/index.ts';
import * as g from '../../src/graph/index.ts';
import { parseLoss } from '../../src/losses/index.ts';
import { parseModel } from '../../src/nn/index.ts';
import { compareWithInterpreter } from '../../src/runtime/device-check.ts';
import { webRunner } from '../../src/runtime/web.ts';
import { sgd } from '../../src/train/optimizers/sgd.ts';
import { buildStep } from '../../src/train/step.ts';
import { feedsOf, opCases, programOf } from '../graph/cases.ts';
import { fedBy, traceOf, trainingOf } from '../helpers/state-trace.ts';
import { firstDifference } from '../tolerances.ts';
import type { Traffic } from './gpu-traffic.ts';
import { countTraffic } from './gpu-traffic.ts';

/*
 * What runs in the page: cases of the conformance suite, and training steps, on the browser's WebGPU against the interpreter.
 */

export interface PageCase {
  readonly name: string;
  /** `equal`, or what differs, or the error. */
  readonly outcome: string;
}

// before the engine starts
const traffic = countTraffic();

const runner = webRunner({ device: 'webgpu', isChecked: true, fallback: false });

/** A session that stays open as long as the page: with the last one all compiled kernels would go. */
export const kept = await runner.compile(g.program({ y: g.mul(g.input('x', [3]), 2) }));

async function compare(
  name: string,
  program: g.Program,
  feeds: g.Feeds,
  tolerance: number,
): Promise<PageCase> {
  try {
    const executable = await runner.compile(program);
    const results = await executable.run(feeds);
    await executable.dispose();
    const expected = g.interpret(program, feeds, { exact: true });
    const wrong = Object.keys(expected).flatMap((output) => {
      const [a, b] = [toNumbers(results[output]!), toNumbers(expected[output]!)];
      const at = firstDifference(a, b, tolerance);
      return at < 0 ? [] : [`${output}[${at}]: ${a[at]} for ${b[at]}`];
    });
    return { name, outcome: wrong.length === 0 ? 'equal' : wrong.join(', ') };
  } catch (error) {
    return { name, outcome: (error as Error).message };
  }
}

/** The cases of some ops. */
export async function runOps(ops: readonly Op[], tolerance: number): Promise<PageCase[]> {
  const outcomes: PageCase[] = [];
  for (const op of ops) {
    for (const c of opCases[op]) {
      const [program, feeds] = [programOf(c, 'float32'), feedsOf(c, 'float32')];
      outcomes.push(await compare(`${op}: ${c.name}`, program, feeds, tolerance));
    }
  }
  return outcomes;
}

/** The check of a device before its first use. */
export async function runCheck(): Promise<string> {
  try {
    await compareWithInterpreter('webgpu', runner.load);
    return 'equal';
  } catch (error) {
    return (error as Error).message;
  }
}

/** One step of a network with a loss. */
export async function runStep(
  { model, loss, shape }: { model: string; loss: string; shape: readonly number[] },
  tolerance: number,
): Promise<PageCase> {
  const [batchSize, k] = [6, 3];
  const { classLoss, penalties } = parseLoss(loss);
  const step = buildStep({
    ...{ network: parseModel(model).network(k), loss: classLoss, penalties },
    ...{ optimizer: sgd({ weightDecay: 0.01 }), clipNorm: 5, batchSize, featureShape: shape, k },
  });
  const feeds = Object.fromEntries(
    step.program.inputs.map(({ attrs: { name, shape: own, dtype } }) => {
      const rng = stream(3, name);
      const size = own.reduce((a, b) => a * b, 1);
      const numbers = Array.from({ length: size }, (_, i) => {
        if (name === 'labels') return i % k;
        if (name === 'learningRate') return 0.125;
        const drawn = Math.fround(rng.normal() / (name === 'features' ? 1 : 4));
        return /variance|scale/.test(name) ? Math.fround(1 + Math.abs(drawn)) : drawn;
      });
      return [name, fromNumbers(dtype as 'float32' | 'int32', own, numbers)];
    }),
  );
  return compare(`${model}, ${loss}`, step.program, feeds, tolerance);
}

/** What a training leaves whose state goes in and out at every step, or stays on the device. */
export function traceTraining(
  { model, shape }: { model: string; shape: readonly number[] },
  way: 'fed' | 'held',
) {
  return traceOf(way === 'fed' ? fedBy(runner) : runner.loadStateful, trainingOf(model, shape), 10);
}

/** Bytes a step, on the mean, and the buffers after the 10th and the last step. */
export async function countSteps(
  { model, shape }: { model: string; shape: readonly number[] },
  way: 'fed' | 'held',
  steps: number,
) {
  const training = trainingOf(model, shape);
  const load = way === 'fed' ? fedBy(runner) : runner.loadStateful;
  const executable = await load(training.step, training.state);
  const counts: Traffic[] = [];
  for (let i = 1; i <= steps; i++) {
    await executable.step(training.feeds(i));
    if (i === 10 || i === steps) counts.push(traffic());
  }
  await executable.dispose();
  const [early, late] = counts as [Traffic, Traffic];
  const perStep = (key: 'up' | 'down') => (late[key] - early[key]) / (steps - 10);
  return {
    ...{ up: perStep('up'), down: perStep('down'), buffers: [early.buffers, late.buffers] },
  };
}
