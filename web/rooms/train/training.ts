import type { Trained } from '../../../src/browser/index.ts';
import { fromArrays, train } from '../../../src/browser/index.ts';
import type { Points } from './shapes.ts';
import { classCount, makePoints, reach } from './shapes.ts';
import type { State } from './state.ts';

/** Points trained on. */
const rows = 400;
/** Other points with right labels, to measure on. */
const testRows = 900;
/** Cells of a side of the drawn square. */
export const gridSize = 64;

function sharedSettings({ model, epochs, seed }: State) {
  const steps = { optimizer: 'adamw', learningRate: 0.005, weightDecay: 0, batchSize: 32 };
  return { model, epochs, seed, noise: 'unknown', test: 0, ...steps };
}

/** How both losses are trained: the last epoch is kept, and no rows are set apart, so that all that is drawn is learnt from. */
export function settingsOf(state: State) {
  const last = { validation: 0, keep: 'last', evaluateEvery: state.epochs } as const;
  return { ...sharedSettings(state), ...last };
}

/** What there is to train on and to look at. */
export interface Scene {
  readonly points: Points;
  readonly test: Points;
  /** [m][2]: the middles of all cells, row by row from the top, then the points, then those of the test. */
  readonly probe: readonly (readonly [x: number, y: number])[];
}

export function makeScene({ shape, noiseRate, seed }: State): Scene {
  const points = makePoints(shape, rows, noiseRate, seed);
  const test = makePoints(shape, testRows, 0, seed + 1_000_000);
  const middle = (cell: number) => ((cell + 0.5) / gridSize) * 2 * reach - reach;
  const grid = Array.from(
    { length: gridSize * gridSize },
    (_, i) => [middle(i % gridSize), -middle(Math.floor(i / gridSize))] as const,
  );
  return { points, test, probe: [...grid, ...points.features, ...test.features] };
}

/** What a network says at a point of its training. */
export interface View {
  /** [gridSize²·k], probabilities. */
  readonly grid: Float32Array;
  /** [n], 1 where the label is wrong and the network predicts it. */
  readonly memorised: Uint8Array;
  readonly memorisedCount: number;
  readonly wrongCount: number;
  /** On the points of the test, which have right labels. */
  readonly accuracy: number;
}

/** @param probs of the rows of the scene's `probe`, [m, k] */
export function viewOf({ points, test }: Scene, probs: ArrayLike<number>): View {
  const cells = gridSize * gridSize;
  const top = (row: number): number => {
    const at = row * classCount;
    let best = 0;
    for (let c = 1; c < classCount; c++) {
      if ((probs[at + c] as number) > (probs[at + best] as number)) best = c;
    }
    return best;
  };
  const { labels, trueLabels } = points;
  const isWrong = (i: number) => labels[i] !== trueLabels[i];
  const memorised = Uint8Array.from(labels, (label, i) =>
    isWrong(i) && top(cells + i) === label ? 1 : 0,
  );
  const right = test.trueLabels.filter((label, i) => top(cells + labels.length + i) === label);
  return {
    grid: Float32Array.from({ length: cells * classCount }, (_, i) => probs[i] as number),
    memorised,
    memorisedCount: memorised.reduce((sum, one) => sum + one, 0),
    wrongCount: labels.filter((_, i) => isWrong(i)).length,
    accuracy: right.length / test.trueLabels.length,
  };
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
  /** The training goes on once it has settled. */
  readonly turn: () => Promise<void>;
}

/**
 * Trains with one loss in a worker, and tells what the network says as it learns; of `auto`, which trains several networks, once they
 * have been trained.
 */
export async function trainOnScene(
  scene: Scene,
  loss: string,
  state: State,
  { signal, onProgress, turn }: TrainingOptions,
): Promise<Trained> {
  const { points, probe } = scene;
  let [began, before, speed] = [performance.now(), 0, 0];
  const trained = await train({
    data: fromArrays({ features: points.features.map(([x, y]) => [x, y]), labels: points.labels }),
    ...{ loss, signal },
    ...(loss === 'auto'
      ? { ...sharedSettings(state), effort: 'quick' }
      : { ...settingsOf(state), probe: probe.map(([x, y]) => [x, y]) }),
    onStep: async ({ epoch, step, steps, probe: probs }) => {
      const now = performance.now();
      if (now > began && step > before) speed = (1000 * (step - before)) / (now - began);
      [began, before] = [now, step];
      const view = probs && viewOf(scene, probs);
      onProgress({ view, share: step / steps, epoch, stepsPerSecond: speed });
      await turn();
      began = performance.now(); // a pause is no work
    },
  });
  const { probs } = await trained.predict(probe.map(([x, y]) => [x, y]));
  const view = viewOf(
    scene,
    probs.flatMap((row) => [...row]),
  );
  onProgress({ view, share: 1, epoch: state.epochs, stepsPerSecond: speed });
  return trained;
}
