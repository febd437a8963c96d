import type { Trained } from '../../../src/browser/index.ts';
import { train } from '../../../src/browser/index.ts';
import type { Scene, View } from './scene.ts';
import { viewOf } from './scene.ts';
import type { State } from './state.ts';

type Settings = Pick<State, 'model' | 'epochs' | 'seed' | 'device'>;

function sharedSettings({ model, epochs, seed, device }: Settings) {
  const steps = { optimizer: 'adamw', learningRate: 0.005, weightDecay: 0, batchSize: 32 };
  return { model, epochs, seed, device, noise: 'unknown', test: 0, ...steps };
}

/** How both losses are trained: the last epoch is kept, and no rows are set apart, so that all that is drawn is learnt from. */
export function settingsOf(state: Settings) {
  const last = { validation: 0, keep: 'last', evaluateEvery: state.epochs } as const;
  return { ...sharedSettings(state), ...last };
}

/** Where a training stands. */
export interface Progress {
  readonly view: View | undefined;
  /** From 0 to 1. */
  readonly share: number;
  readonly epoch: number;
  readonly stepsPerSecond: number;
}

export interface TrainingOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Told the epoch; the training goes on once it has settled. */
  readonly turn: (epoch: number) => Promise<void>;
}

/**
 * Trains with one loss in a worker, and tells what the network says as it learns; of `auto`, which trains several networks, once they
 * have been trained.
 */
export async function trainOnScene(
  scene: Scene,
  loss: string,
  state: Settings,
  { signal, onProgress, turn }: TrainingOptions,
): Promise<Trained> {
  let [began, before, speed] = [performance.now(), 0, 0];
  const trained = await train({
    data: scene.data,
    ...{ loss, signal },
    ...(loss === 'auto'
      ? { ...sharedSettings(state), effort: 'quick' }
      : { ...settingsOf(state), probe: scene.asked }),
    onStep: async ({ epoch, step, steps, probe: probs }) => {
      const now = performance.now();
      if (now > began && step > before) speed = (1000 * (step - before)) / (now - began);
      [began, before] = [now, step];
      const view = probs && viewOf(scene, probs);
      onProgress({ view, share: step / steps, epoch, stepsPerSecond: speed });
      await turn(epoch);
      began = performance.now(); // a pause is no work
    },
  });
  const { probs } = await trained.predictDataset(scene.asked);
  const view = viewOf(
    scene,
    probs.flatMap((row) => [...row]),
  );
  onProgress({ view, share: 1, epoch: state.epochs, stepsPerSecond: speed });
  return trained;
}
