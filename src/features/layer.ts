import { fromNumbers } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import {
  add,
  cast,
  concat,
  constant,
  cos,
  div,
  equal,
  floor,
  mul,
  not,
  oneHot,
  reshape,
  sin,
  slice,
  sqrt,
  sub,
  where,
} from '../graph/index.ts';
import type { Layer } from '../nn/index.ts';
import type { CategoricalColumn, FeaturePipeline, NumericColumn, ScaledColumn } from './columns.ts';
import { ofKind, termCount } from './columns.ts';

/** Where numbers begin to be pressed together, in units of the scale. */
const clipAt = 3;

const [daysOfWeek, daysOfYear] = [7, 365.2425];

/**
 * The first layer of a network for tables: encoded rows [n, width] → [n, features], numbers of about unit size.
 *
 * - numeric: z = (x − center)·scale, then z/√(1 + (z/3)²), which lies within ±3, so that outliers cannot hurt (smooth clipping,
 *   Holzmüller et al. 2024); a missing or infinite cell is the median, 0, and 1 in the column's indicator, where it has one.
 * - date: the same as a number; sine and cosine of its place in the week and the year, and in the day where there are times.
 * - embedding: (x − center)·scale, 0 where it is missing.
 * - categorical: 1 for its value, 0 for the others.
 * - text: the weights of its terms, as they are encoded.
 */
export function featureLayer(pipeline: FeaturePipeline): Layer {
  return (rows) => {
    const [n = 0] = rows.shape;
    let at = 0;
    const take = (width: number): Expr => {
      at += width;
      return slice(rows, [0, at - width], [n, at]);
    };
    const parts: Expr[] = [];
    const numeric = ofKind(pipeline, 'numeric');
    if (numeric.length > 0) parts.push(...numbers(take(numeric.length), numeric));
    for (const column of ofKind(pipeline, 'date')) {
      parts.push(...date(take(1), column, column.timeOfDay));
    }
    const embedding = ofKind(pipeline, 'embedding');
    if (embedding.length > 0) {
      const x = take(embedding.length);
      parts.push(where(finite(x), scaled(x, embedding), 0));
    }
    for (const column of ofKind(pipeline, 'categorical')) parts.push(category(take(1), column));
    const terms = termCount(pipeline);
    if (terms > 0) parts.push(take(terms));
    return parts.length === 1 ? (parts[0] as Expr) : concat(parts, 1);
  };
}

/** 0·x is NaN for NaN and for infinities. */
const finite = (x: Expr): Expr => equal(mul(x, 0), 0);

const row = (values: readonly number[]): Expr =>
  constant(fromNumbers('float32', [values.length], values));

/** (x − center)·scale of columns next to each other. */
function scaled(x: Expr, columns: readonly ScaledColumn[]): Expr {
  return mul(sub(x, row(columns.map(({ center }) => center))), row(columns.map((c) => c.scale)));
}

function clipped(z: Expr): Expr {
  const u = mul(z, 1 / clipAt);
  return div(z, sqrt(add(mul(u, u), 1)));
}

function numbers(x: Expr, columns: readonly NumericColumn[]): Expr[] {
  const isThere = finite(x);
  const known = where(isThere, x, row(columns.map(({ center }) => center)));
  const parts = [clipped(scaled(known, columns))];
  const gaps = columns.flatMap(({ missing }, i) => (missing ? [i] : []));
  if (gaps.length > 0) parts.push(columnsAt(cast(not(isThere), 'float32'), gaps));
  return parts;
}

/** Some columns of a matrix, ascending: those next to each other in one slice. */
function columnsAt(x: Expr, places: readonly number[]): Expr {
  const [n = 0] = x.shape;
  const runs: [number, number][] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === place) last[1]++;
    else runs.push([place, place + 1]);
  }
  const slices = runs.map(([from, to]) => slice(x, [0, from], [n, to]));
  return slices.length === 1 ? (slices[0] as Expr) : concat(slices, 1);
}

function date(x: Expr, column: ScaledColumn & { readonly missing: boolean }, times: boolean) {
  const isThere = finite(x);
  const days = where(isThere, x, column.center);
  const parts = [clipped(scaled(days, [column]))];
  for (const period of [daysOfWeek, daysOfYear, ...(times ? [1] : [])]) {
    const turns = mul(days, 1 / period);
    const angle = mul(sub(turns, floor(turns)), 2 * Math.PI);
    parts.push(where(isThere, sin(angle), 0), where(isThere, cos(angle), 0));
  }
  if (column.missing) parts.push(cast(not(isThere), 'float32'));
  return parts;
}

/** Without others in training, one that comes up later is a row of zeros. */
function category(x: Expr, { values, other }: CategoricalColumn): Expr {
  const [n = 0] = x.shape;
  return oneHot(cast(reshape(x, [n]), 'int32'), values.length + (other ? 1 : 0));
}
