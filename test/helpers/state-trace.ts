import { fromNumbers, stream, toNumbers } from '../../src/core/index.ts';
import type { Feeds, Precision } from '../../src/graph/index.ts';
import { toOnnx } from '../../src/graph/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import { parseModel } from '../../src/nn/index.ts';
import type { Runner, State } from '../../src/runtime/portable.ts';
import { FedState } from '../../src/runtime/portable.ts';
import { sgd } from '../../src/train/optimizers/sgd.ts';
import { nextName } from '../../src/train/slot-names.ts';
import { buildForward, buildStep } from '../../src/train/step.ts';

/** A training whose steps are made by hand. */
export interface Training {
  readonly step: Uint8Array;
  readonly forward: Uint8Array;
  readonly state: State;
  feeds(i: number): Feeds;
}

/** SGD with momentum and weight decay on cross-entropy, for a device. */
export function trainingOf(
  model: string,
  featureShape: readonly number[],
  { batchSize = 6, k = 3, precision = 'single' as Precision } = {},
): Training {
  const network = parseModel(model).network(k);
  const optimizer = sgd({ momentum: 0.9, weightDecay: 0.01 });
  const { program, slots } = buildStep({
    ...{ network, loss: crossEntropy, optimizer, precision },
    ...{ batchSize, featureShape, k },
  });
  const size = featureShape.reduce((a, b) => a * b, batchSize);
  const batches = Array.from({ length: 4 }, (_, i) => {
    const rng = stream(i, 'features');
    const features = Float32Array.from({ length: size }, () => rng.normal());
    return {
      features: fromNumbers('float32', [batchSize, ...featureShape], features),
      labels: fromNumbers(
        'int32',
        [batchSize],
        Array.from({ length: batchSize }, (_, row) => (row * (i + 1)) % k),
      ),
      learningRate: fromNumbers('float32', [], [0.0625]),
    };
  });
  const first = slots.map(({ name, shape, initialise }) => [
    name,
    fromNumbers('float32', shape, initialise(stream(1, name))),
  ]);
  return {
    step: toOnnx(program, { target: 'device', precision }),
    forward: toOnnx(buildForward(network, batchSize, featureShape), { target: 'device' }),
    state: {
      first: Object.fromEntries(first),
      next: Object.fromEntries(slots.map(({ name }) => [name, nextName(name)])),
    },
    feeds: (i) => batches[i % batches.length] as Feeds,
  };
}

/** With the state going in and out at every step. */
export function fedBy({ load }: Pick<Runner, 'load'>): Runner['loadStateful'] {
  return async (model, state) => new FedState(await load(model), state, load);
}

/**
 * All that a training says and leaves, in lists, which JSON takes: the losses, the scores of the attached network after every other
 * step, and the state after a half and at the end. After the half one of the state is written anew.
 */
export async function traceOf(
  load: Runner['loadStateful'],
  { step, forward, state, feeds }: Training,
  steps: number,
) {
  const executable = await load(step, state);
  const network = await executable.attach(forward);
  const losses: number[] = [];
  const scores: number[][] = [];
  const states: Record<string, number[]>[] = [];
  const [written = ''] = Object.keys(state.first);
  const scoresOf = async (i: number) => {
    const { features } = feeds(i);
    const outputs = await network.run({ features: features! });
    scores.push(Array.from(toNumbers(outputs['scores']!)));
  };
  const save = async () => {
    const tensors = Object.entries(await executable.read());
    states.push(
      Object.fromEntries(tensors.map(([name, own]) => [name, Array.from(toNumbers(own))])),
    );
  };
  await scoresOf(0);
  for (let i = 0; i < steps; i++) {
    const { objective } = await executable.step(feeds(i));
    losses.push(objective!.data[0] as number);
    if (i % 2 === 0) await scoresOf(i + 1);
    if (i === steps >> 1) {
      await save();
      await executable.write({ [written]: state.first[written]! });
      await scoresOf(i);
      await save();
    }
  }
  await save();
  const { place } = executable;
  await executable.dispose();
  return { place: place.memory, losses, scores, states };
}
