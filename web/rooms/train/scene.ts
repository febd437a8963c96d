import { stream } from '../../../src/core/index.ts';
import type { Dataset } from '../../../src/data/index.ts';
import { fromArrays, selectRows, stratifiedSplit } from '../../../src/data/index.ts';
import type { Digits } from './digits.ts';
import { loadDigits } from './digits.ts';
import type { PaintedPoint } from './painted.ts';
import { canTrain } from './painted.ts';
import type { Shape } from './shapes.ts';
import { classCount, makePoints, noisyLabels, reach } from './shapes.ts';
import type { State } from './state.ts';

/** Points trained on. */
const rows = 400;
/** Other points with right labels, to measure on. */
const testRows = 900;
/** Cells of a side of the drawn square. */
export const gridSize = 64;
/** Share of digits and tables that is trained on. */
const trainedShare = 2 / 3;
/** Rows of a table of each kind that the network is asked about while it is trained: more would hold the training up. */
const mostAsked = 1500;

/** What there is to train on and to look at. */
export interface Scene {
  readonly kind: 'plane' | 'digits' | 'table';
  readonly k: number;
  /** What is trained on, with labels as given. */
  readonly data: Dataset;
  /** `[n]`, of the same rows; the labels themselves where no mistakes were added. */
  readonly trueLabels: Int32Array;
  /**
   * What the network is asked about: cells of the drawn square, row by row from the top, then rows of the data, then rows to
   * measure on.
   */
  readonly asked: Dataset;
  readonly cells: number;
  /** Which rows of the data. */
  readonly rows: ArrayLike<number>;
  /** Labels of the rows to measure on: right ones, or of a table those of the file. */
  readonly testLabels: Int32Array;
  /** What the rows to measure on are. */
  readonly tested: 'new' | 'trained';
}

type Choices = Pick<State, 'noiseRate' | 'seed'>;

/** What there is to train on; `undefined` while there is no table, or too few points. @throws where the digits are not to be had */
export async function sceneFor(
  state: State,
  table: Dataset | undefined,
): Promise<Scene | undefined> {
  switch (state.subject) {
    case 'digits':
      return digitScene(await loadDigits(), state);
    case 'painted':
      return canTrain(state.points) ? paintedScene(state.points, state) : undefined;
    case 'table':
      return table && tableScene(table, state);
    default:
      return planeScene(state.subject, state);
  }
}

export function planeScene(shape: Shape, { noiseRate, seed }: Choices): Scene {
  const { features, labels, trueLabels } = makePoints(shape, rows, noiseRate, seed);
  const test = makePoints(shape, testRows, 0, seed + 1_000_000);
  return pointScene({ features, labels, trueLabels }, test);
}

/** Points that somebody painted: there are no others to measure on. @throws SymlossError where all are of one class */
export function paintedScene(points: readonly PaintedPoint[], { noiseRate, seed }: Choices): Scene {
  const features = points.map(({ x, y }) => [x, y] as const);
  const trueLabels = Int32Array.from(points, ({ kind }) => kind);
  const labels = noisyLabels(trueLabels, classCount, noiseRate, seed);
  return pointScene({ features, labels, trueLabels });
}

interface LabelledPoints {
  readonly features: readonly (readonly [number, number])[];
  readonly labels: Int32Array;
  readonly trueLabels: Int32Array;
}

function pointScene(points: LabelledPoints, test?: LabelledPoints): Scene {
  const middle = (cell: number) => ((cell + 0.5) / gridSize) * 2 * reach - reach;
  const grid = Array.from({ length: gridSize * gridSize }, (_, i) => [
    middle(i % gridSize),
    -middle(Math.floor(i / gridSize)),
  ]);
  const measured = test ?? points;
  return {
    ...{ kind: 'plane', k: classCount, cells: grid.length },
    data: pointsOf(points.features, points.labels, classCount),
    trueLabels: points.trueLabels,
    asked: unlabelled([...grid, ...points.features, ...measured.features], classCount),
    rows: Array.from(points.labels.keys()),
    testLabels: measured.trueLabels,
    tested: test === undefined ? 'trained' : 'new',
  };
}

export function digitScene(digits: Digits, { noiseRate, seed }: Choices): Scene {
  const order = stream(seed, 'split').permutation(digits.labels.length);
  const end = Math.round(order.length * trainedShare);
  const part = (own: Iterable<number>) =>
    Array.from(own, (row) => digits.features[row] as readonly number[]);
  const labelsOf = (own: ArrayLike<number>) =>
    Int32Array.from(own, (row) => digits.labels[row] as number);
  const [learnt, held] = [order.subarray(0, end), order.subarray(end)];
  const trueLabels = labelsOf(learnt);
  return {
    ...{ kind: 'digits', k: 10, cells: 0, trueLabels, tested: 'new' },
    data: pointsOf(part(learnt), noisyLabels(trueLabels, 10, noiseRate, seed), 10),
    asked: unlabelled([...part(learnt), ...part(held)], 10),
    rows: Array.from(trueLabels.keys()),
    testLabels: labelsOf(held),
  };
}

/** Rows of a table that are trained on, about. */
export function trainedRows(table: Dataset): number {
  return Math.round(table.labels.length * trainedShare);
}

/**
 * Two thirds of a table to train on, mistakes added to their labels if any, and the others with the labels of the file.
 * @throws SymlossError for a table of too few rows
 */
export function tableScene(table: Dataset, { noiseRate, seed }: Choices): Scene {
  const k = table.classes.length;
  const { rest, part } = stratifiedSplit(
    ...([table.labels, k, 1 - trainedShare, stream(seed, 'split'), table.name] as const),
  );
  const learnt = selectRows(table, rest);
  const trueLabels = learnt.labels;
  const labels = noiseRate === 0 ? trueLabels : noisyLabels(trueLabels, k, noiseRate, seed);
  const wrong = Array.from(labels.keys()).filter((i) => labels[i] !== trueLabels[i]);
  const asked = { learnt: sample(wrong, seed), test: sample([...part], seed) };
  const { trueLabels: _, ...unknown } = table;
  return {
    ...{ kind: 'table', k, cells: 0, trueLabels, tested: 'new', rows: asked.learnt },
    data: { ...learnt, labels },
    asked: selectRows(unknown, [...asked.learnt.map((i) => rest[i] as number), ...asked.test]),
    testLabels: Int32Array.from(asked.test, (row) => table.labels[row] as number),
  };
}

/** Some of a list, all of a short one; in its order. */
function sample(list: readonly number[], seed: number): number[] {
  if (list.length <= mostAsked) return [...list];
  const order = stream(seed, 'asked').permutation(list.length);
  return Array.from(order.subarray(0, mostAsked).sort(), (place) => list[place] as number);
}

function pointsOf(
  features: readonly (readonly number[])[],
  labels: Int32Array,
  k: number,
): Dataset {
  const classes = Array.from({ length: k }, (_, i) => String(i));
  return fromArrays({ features, labels, classes });
}

/** Rows whose labels nobody looks at. */
function unlabelled(features: readonly (readonly number[])[], k: number): Dataset {
  return pointsOf(
    features,
    Int32Array.from(features, (_, i) => i % k),
    k,
  );
}

/** What a network says at a point of its training. */
export interface View {
  /** [cells·k], probabilities. */
  readonly grid: Float32Array;
  /** [n], 1 where the label is wrong and the network predicts it; of rows that it was asked about. */
  readonly memorised: Uint8Array;
  readonly memorisedCount: number;
  /** Of the rows that it was asked about. */
  readonly wrongCount: number;
  /** On the rows to measure on. */
  readonly accuracy: number;
}

/** @param probs of `asked`, [m, k] */
export function viewOf(
  { cells, rows: asked, data: { labels }, trueLabels, testLabels, k }: Scene,
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
  const memorised = new Uint8Array(labels.length);
  let wrongCount = 0;
  for (let i = 0; i < asked.length; i++) {
    const row = asked[i] as number;
    if (labels[row] === trueLabels[row]) continue;
    wrongCount++;
    if (top(cells + i) === labels[row]) memorised[row] = 1;
  }
  const right = testLabels.filter((label, i) => top(cells + asked.length + i) === label);
  return {
    grid: Float32Array.from({ length: cells * k }, (_, i) => probs[i] as number),
    memorised,
    memorisedCount: memorised.reduce((sum, one) => sum + one, 0),
    wrongCount,
    accuracy: right.length / testLabels.length,
  };
}
