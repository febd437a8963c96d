import type { ContourMultiPolygon } from 'd3-contour';
import { contours } from 'd3-contour';
import { fromNumbers } from '../../../src/core/index.ts';
import type { Expr } from '../../../src/graph/index.ts';
import { grad, input, interpret, mul, program, sum } from '../../../src/graph/index.ts';
import type { ClassLoss } from '../../../src/losses/index.ts';
import { decompose, symmetrize } from '../../../src/losses/index.ts';
import { noisyLabel } from './path.ts';

/*
 * A loss of three classes as a map: every point of a triangle is three probabilities, a corner is certainty. The label is the class of
 * the upper corner. Scores are z = ln p less their mean.
 */

export type Quantity = 'value' | 'symmetric' | 'insensitive' | 'gradient' | 'noisy';

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

const grid = Array.from({ length: rows * columns }, (_, i) => {
  const [row, column] = [Math.floor(i / columns), i % columns];
  // d3 takes values for those of the centres of pixels
  return probabilitiesAt(((column + 0.5) / columns) * side, ((row + 0.5) / rows) * triangleHeight);
});

/** Points of a triangular lattice, away from the edges. */
const lattice = Array.from({ length: 10 }, (_, i) =>
  Array.from({ length: 10 - i }, (__, j) => [(i + 1) / 12, (j + 1) / 12, (10 - i - j) / 12]),
).flat();

/** A loss as a map. @throws SymlossError for a loss that cannot be evaluated at three classes */
export function mapOf(loss: ClassLoss, quantity: Quantity, noiseRate: number, steps = 12): LossMap {
  const points = [...grid, ...lattice];
  const { values, slopes } = evaluateAt(loss, quantity, noiseRate, points);
  const shown = values.slice(0, grid.length);
  const inside = shown.filter((v, i) => Number.isFinite(v) && isInside(i));
  const low = inside.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = inside.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const isFlat = !(high - low > 1e-9 * Math.max(1, Math.abs(high), Math.abs(low)));
  const thresholds = isFlat
    ? []
    : Array.from({ length: steps - 1 }, (_, i) => low + ((high - low) * (i + 1)) / steps);
  const drawn = contours().size([columns, rows]).thresholds(thresholds)(Array.from(shown));
  return {
    ...{ low, high },
    bands: drawn.map((polygon, i) => ({
      from: polygon.value,
      share: (i + 1) / (steps - 1),
      path: pathOf(polygon),
    })),
    arrows: arrowsOf(slopes),
  };
}

/** Whether a point of the grid lies in the triangle. */
function isInside(i: number): boolean {
  const [row, column] = [Math.floor(i / columns), i % columns];
  const middle = Math.abs((column + 0.5) / columns - 0.5);
  return middle <= (row + 0.5) / rows / 2;
}

function evaluateAt(
  loss: ClassLoss,
  quantity: Quantity,
  noiseRate: number,
  points: readonly (readonly number[])[],
) {
  const shape = [points.length, 3];
  const z = input('scores', shape, 'float64');
  const t = input('targets', shape, 'float64');
  const value = quantityOf(loss, quantity)(z, t);
  const gradient = grad(sum(value), [z])[0] as Expr;
  const targets = noisyLabel(3, quantity === 'noisy' ? noiseRate : 0);
  const results = interpret(program({ value, gradient }), {
    scores: fromNumbers('float64', shape, points.flatMap(centredLogs)),
    targets: fromNumbers(
      'float64',
      shape,
      points.flatMap(() => targets),
    ),
  });
  const slopes = results['gradient']?.data as Float64Array;
  const values = results['value']?.data as Float64Array;
  const norms = values.map((_, i) => Math.hypot(...slopes.slice(3 * i, 3 * i + 3)));
  return {
    values: quantity === 'gradient' ? norms : values,
    slopes: slopes.slice(3 * grid.length),
  };
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
