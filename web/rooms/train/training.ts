import type { Trained } from '../../../src/browser/index.ts';
import { fromArrays, train } from '../../../src/browser/index.ts';
import { stream } from '../../../src/core/index.ts';
import type { Digits } from './digits.ts';
import { loadDigits } from './digits.ts';
import type { Shape } from './shapes.ts';
import { classCount, makePoints, noisyLabels, reach } from './shapes.ts';
import type { State } from './state.ts';

/** Points trained on. */
const rows = 400;
/** Other points with right labels, to measure on. */
const testRows = 900;
/** Cells of a side of the drawn square. */
export const gridSize = 64;
/** Share of the digits that is trained on. */
const trainedShare = 2 / 3;

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
  readonly kind: 'plane' | 'digits';
  readonly k: number;
  /** [n][d] */
  readonly features: readonly (readonly number[])[];
  /** [n], as given. */
  readonly labels: Int32Array;
  /** [n] */
  readonly trueLabels: Int32Array;
  /** Other rows, with right labels. */
  readonly test: {
    readonly features: readonly (readonly number[])[];
    readonly labels: Int32Array;
  };
  /** [m][d], what is drawn beside the rows: of the plane the middles of all cells, row by row from the top. */
  readonly cells: readonly (readonly number[])[];
}

/** @throws Error where the digits are not to be had */
export async function makeScene(state: State): Promise<Scene> {
  return state.subject === 'digits'
    ? digitScene(await loadDigits(), state)
    : planeScene(state.subject, state);
}

export function planeScene(shape: Shape, { noiseRate, seed }: State): Scene {
  const test = makePoints(shape, testRows, 0, seed + 1_000_000);
  const middle = (cell: number) => ((cell + 0.5) / gridSize) * 2 * reach - reach;
  return {
    ...{ kind: 'plane', k: classCount },
    ...makePoints(shape, rows, noiseRate, seed),
    test: { features: test.features, labels: test.trueLabels },
    cells: Array.from({ length: gridSize * gridSize }, (_, i) => [
      middle(i % gridSize),
      -middle(Math.floor(i / gridSize)),
    ]),
  };
}

export function digitScene(digits: Digits, { noiseRate, seed }: State): Scene {
  const order = stream(seed, 'split').permutation(digits.labels.length);
  const end = Math.round(order.length * trainedShare);
  const part = (own: readonly number[]) => ({
    features: own.map((row) => digits.features[row] as readonly number[]),
    labels: Int32Array.from(own, (row) => digits.labels[row] as number),
  });
  const { features, labels: trueLabels } = part([...order.subarray(0, end)]);
  const labels = noisyLabels(trueLabels, 10, noiseRate, seed);
  const test = part([...order.subarray(end)]);
  return { kind: 'digits', k: 10, features, labels, trueLabels, test, cells: [] };
}

/** The rows that the network is asked about, [m][d]: the cells, the rows that are trained on, and those of the test. */
export function probeOf({ cells, features, test }: Scene): number[][] {
  return [...cells, ...features, ...test.features].map((row) => [...row]);
}

/** What a network says at a point of its training. */
export interface View {
  /** [cells·k], probabilities. */
  readonly grid: Float32Array;
  /** [n], 1 where the label is wrong and the network predicts it. */
  readonly memorised: Uint8Array;
  readonly memorisedCount: number;
  readonly wrongCount: number;
  /** On the points of the test, which have right labels. */
  readonly accuracy: number;
}

/** @param probs of `probeOf`, [m, k] */
export function viewOf(
  { cells, labels, trueLabels, test, k }: Scene,
  probs: ArrayLike<number>,
): View {
  const top = (row: number): number => {
    const at = row * k;
    let best = 0;
    for (let c = 1; c < k; c++) {
      if ((probs[at + c] as number) > (probs[at + best] as number)) best = c;
    }
    return best;
  };
  const isWrong = (i: number) => labels[i] !== trueLabels[i];
  const memorised = Uint8Array.from(labels, (label, i) =>
    isWrong(i) && top(cells.length + i) === label ? 1 : 0,
  );
  const right = test.labels.filter((label, i) => top(cells.length + labels.length + i) === label);
  return {
    grid: Float32Array.from({ length: cells.length * k }, (_, i) => probs[i] as number),
    memorised,
    memorisedCount: memorised.reduce((sum, one) => sum + one, 0),
    wrongCount: labels.filter((_, i) => isWrong(i)).length,
    accuracy: right.length / test.labels.length,
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
  const probe = probeOf(scene);
  let [began, before, speed] = [performance.now(), 0, 0];
  const trained = await train({
    data: fromArrays({ features: scene.features.map((row) => [...row]), labels: scene.labels }),
    ...{ loss, signal },
    ...(loss === 'auto'
      ? { ...sharedSettings(state), effort: 'quick' }
      : { ...settingsOf(state), probe }),
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
  const { probs } = await trained.predict(probe);
  const view = viewOf(
    scene,
    probs.flatMap((row) => [...row]),
  );
  onProgress({ view, share: 1, epoch: state.epochs, stepsPerSecond: speed });
  return trained;
}
