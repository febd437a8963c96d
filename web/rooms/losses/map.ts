import type { ContourMultiPolygon } from 'd3-contour';
import { contours } from 'd3-contour';
import { fromNumbers } from '../../../src/core/index.ts';
import type { Expr } from '../../../src/graph/index.ts';
import { grad, input, interpret, mul, program, sum } from '../../../src/graph/index.ts';
import type { ClassLoss } from '../../../src/losses/index.ts';
import { decompose, symmetrize } from '../../../src/losses/index.ts';
import { minimumOf, noisyLabel } from './path.ts';

/*
 * A loss of three classes as a map: every point of a triangle is three probabilities, a corner is certainty. The label is the class of
 * the upper corner. Scores are z = ln p less their mean.
 */

export const quantities = ['value', 'symmetric', 'insensitive', 'gradient', 'noisy'] as const;
export type Quantity = (typeof quantities)[number];

/** A band of the map: where the quantity is above `from`. */
export interface Band {
  readonly from: number;
  /** 0 for the lowest band, 1 for the highest. */
  readonly share: number;
  /** An SVG path, in units of the drawing. */
  readonly path: string;
}

/** Where a small step of gradient descent on the scores moves the probabilities. */
export interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

export interface LossMap {
  readonly low: number;
  readonly high: number;
  readonly bands: readonly Band[];
  readonly arrows: readonly Arrow[];
  /** The probability of the label where a loss is smallest, clean or under noise, if it is anywhere. */
  readonly minimum: number | undefined;
}

/** The drawing: a triangle with its base at the bottom. */
export const side = 300;
export const triangleHeight = (side * Math.sqrt(3)) / 2;

const [columns, rows] = [101, 88];
/** Probabilities in the map are this or more: at 0 many losses are infinite. */
const least = 0.004;

/** Where three probabilities are in the drawing. */
export function placeOf([p0, , p2]: readonly number[]): [x: number, y: number] {
  return [side * ((p2 as number) + (p0 as number) / 2), triangleHeight * (1 - (p0 as number))];
}

/** The three probabilities at a place, moved into the triangle where it lies outside. */
function probabilitiesAt(x: number, y: number): number[] {
  const p0 = 1 - y / triangleHeight;
  const p2 = x / side - p0 / 2;
  const raised = [p0, 1 - p0 - p2, p2].map((p) => Math.max(least, p));
  const total = raised.reduce((a, b) => a + b, 0);
  return raised.map((p) => p / total);
}

/** The places of the grid, row by row, at the centres of pixels, where d3 takes values to be. */
const places = Array.from({ length: rows * columns }, (_, i) => {
  const [row, column] = [Math.floor(i / columns), i % columns];
  return {
    row,
    column,
    x: ((column + 0.5) / columns) * side,
    y: ((row + 0.5) / rows) * triangleHeight,
  };
});

/** Those in the triangle, and two more on each side of it in their row, between which and the others contours run. */
const near = places.filter(({ row, column }) => {
  const half = ((row + 0.5) / rows) * (columns / 2);
  return Math.abs(column + 0.5 - columns / 2) <= half + 2;
});
const grid = near.map(({ x, y }) => probabilitiesAt(x, y));

/** Points of a triangular lattice, away from the edges. */
const lattice = Array.from({ length: 10 }, (_, i) =>
  Array.from({ length: 10 - i }, (__, j) => [(i + 1) / 12, (j + 1) / 12, (10 - i - j) / 12]),
).flat();

/** A loss as a map. @throws SymlossError for a loss that cannot be evaluated at three classes */
export function mapOf(loss: ClassLoss, quantity: Quantity, noiseRate: number, steps = 12): LossMap {
  const values = valuesAt(loss, quantity, noiseRate, grid);
  const inside = values.filter((v, i) => Number.isFinite(v) && isInside(near[i] as Place));
  const low = inside.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = inside.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const isFlat = !(high - low > 1e-9 * Math.max(1, Math.abs(high), Math.abs(low)));
  const thresholds = isFlat
    ? []
    : Array.from({ length: steps - 1 }, (_, i) => low + ((high - low) * (i + 1)) / steps);
  const drawn = contours().size([columns, rows]).thresholds(thresholds)(filled(values));
  return {
    ...{ low, high },
    bands: drawn.map((polygon, i) => ({
      from: polygon.value,
      share: (i + 1) / (steps - 1),
      path: pathOf(polygon),
    })),
    arrows: arrowsOf(slopesAt(loss, quantity, noiseRate, lattice)),
    minimum: minimumIn(loss, quantity, noiseRate),
  };
}

function minimumIn(loss: ClassLoss, quantity: Quantity, noiseRate: number): number | undefined {
  if (quantity !== 'value' && quantity !== 'noisy') return undefined;
  return minimumOf(loss, 3, quantity === 'noisy' ? noiseRate : 0).p;
}

type Place = (typeof places)[number];

function isInside({ row, column }: Place): boolean {
  return Math.abs((column + 0.5) / columns - 0.5) <= (row + 0.5) / rows / 2;
}

/** Values of the whole grid: places far from the triangle, which are not drawn, have that of one near to it in their row. */
function filled(values: Float64Array): number[] {
  const all = new Array<number>(rows * columns);
  for (const [i, { row, column }] of near.entries()) {
    const value = values[i] as number;
    all[row * columns + column] = value;
    if (near[i - 1]?.row !== row) all.fill(value, row * columns, row * columns + column);
    if (near[i + 1]?.row !== row) all.fill(value, row * columns + column, (row + 1) * columns);
  }
  return all;
}

function valuesAt(
  loss: ClassLoss,
  quantity: Quantity,
  noiseRate: number,
  points: readonly (readonly number[])[],
): Float64Array {
  if (quantity === 'gradient') {
    const slopes = slopesAt(loss, quantity, noiseRate, points);
    return Float64Array.from(points, (_, i) =>
      Math.hypot(slopes[3 * i] as number, slopes[3 * i + 1] as number, slopes[3 * i + 2] as number),
    );
  }
  return run(points, quantity, noiseRate, (z, t) => quantityOf(loss, quantity)(z, t));
}

/** The gradient with respect to the scores, three numbers per point. */
function slopesAt(
  loss: ClassLoss,
  quantity: Quantity,
  noiseRate: number,
  points: readonly (readonly number[])[],
): Float64Array {
  const gradient = (z: Expr, t: Expr) =>
    grad(sum(quantityOf(loss, quantity)(z, t)), [z])[0] as Expr;
  return run(points, quantity, noiseRate, gradient);
}

function run(
  points: readonly (readonly number[])[],
  quantity: Quantity,
  noiseRate: number,
  build: (scores: Expr, targets: Expr) => Expr,
): Float64Array {
  const shape = [points.length, 3];
  const targets = noisyLabel(3, quantity === 'noisy' ? noiseRate : 0);
  const result = build(input('scores', shape, 'float64'), input('targets', shape, 'float64'));
  const { found } = interpret(program({ found: result }), {
    scores: fromNumbers('float64', shape, points.flatMap(centredLogs)),
    targets: fromNumbers(
      'float64',
      shape,
      points.flatMap(() => targets),
    ),
  });
  return found?.data as Float64Array;
}

/** One number per row. */
function quantityOf(loss: ClassLoss, quantity: Quantity): (scores: Expr, targets: Expr) => Expr {
  switch (quantity) {
    case 'symmetric':
      return (z, t) => sum(mul(t, symmetrize(loss)(z)), -1);
    case 'insensitive':
      return (z) => sum(decompose(loss).insensitive(z), -1);
    default:
      return (z, t) => sum(mul(t, loss(z)), -1);
  }
}

function centredLogs(p: readonly number[]): number[] {
  const logs = p.map(Math.log);
  const mean = logs.reduce((a, b) => a + b, 0) / 3;
  return logs.map((log) => log - mean);
}

/** dp_i = p_i (v_i − Σ_j p_j v_j) of the step v = −gradient, the longest of them 20 units long. */
function arrowsOf(slopes: Float64Array): Arrow[] {
  const moves = lattice.map((p, i) => {
    const step = [0, 1, 2].map((j) => -(slopes[3 * i + j] as number));
    const mean = p.reduce((total, v, j) => total + v * (step[j] as number), 0);
    const moved = p.map((v, j) => v + v * ((step[j] as number) - mean));
    const [[x, y], [toX, toY]] = [placeOf(p), placeOf(moved)];
    return { x, y, dx: toX - x, dy: toY - y };
  });
  const longest = moves.reduce((most, { dx, dy }) => Math.max(most, Math.hypot(dx, dy)), 0);
  // rounding points nowhere
  if (longest < 1e-9) return [];
  const scale = 20 / longest;
  return moves
    .map((move) => ({ ...move, dx: move.dx * scale, dy: move.dy * scale }))
    .filter(({ dx, dy }) => Math.hypot(dx, dy) > 0.4);
}

function pathOf({ coordinates }: ContourMultiPolygon): string {
  const [xUnit, yUnit] = [side / columns, triangleHeight / rows];
  const ring = (points: readonly (readonly number[])[]) =>
    points
      .map(
        ([x = 0, y = 0], i) =>
          `${i === 0 ? 'M' : 'L'}${(x * xUnit).toFixed(1)},${(y * yUnit).toFixed(1)}`,
      )
      .join('');
  return coordinates.flatMap((polygon) => polygon.map((points) => `${ring(points)}Z`)).join('');
}
