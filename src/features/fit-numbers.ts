import { quantile } from '../core/index.ts';
import type { DateColumn, EmbeddingColumn, NumericColumn, ScaledColumn } from './columns.ts';

/**
 * Fits a column of amounts: median and interquartile range, which outliers do not move.
 * @param values NaN where missing
 */
export function fitNumbers(name: string, values: Float32Array): NumericColumn {
  const sorted = known(values).sort();
  const missing = sorted.length < values.length;
  return { kind: 'numeric', name, ...robustScale(sorted), missing };
}

export function fitDates(name: string, values: Float32Array): DateColumn {
  const sorted = known(values).sort();
  const missing = sorted.length < values.length;
  const timeOfDay = sorted.some((value) => !Number.isInteger(value));
  return { kind: 'date', name, ...robustScale(sorted), missing, timeOfDay };
}

/** Mean and deviation: the numbers of a vector are made alike by what computed them. */
export function fitEmbedding(name: string, values: Float32Array): EmbeddingColumn {
  const own = known(values);
  const n = Math.max(1, own.length);
  const mean = own.reduce((total, value) => total + value, 0) / n;
  const square = own.reduce((total, value) => total + (value - mean) ** 2, 0) / n;
  return { kind: 'embedding', name, center: mean, scale: inverse(Math.sqrt(square)) };
}

function known(values: Float32Array): Float32Array {
  return values.filter((value) => !Number.isNaN(value));
}

/**
 * The median, and 1/(q₇₅ − q₂₅); where the quartiles are equal, 2/(max − min), and 0 for a constant.
 *
 * Source: Holzmüller, Grinsztajn, Steinwart, *Better by default: strong pre-tuned MLPs and boosted trees on tabular data*,
 * NeurIPS 2024, appendix A.1 (robust scaling).
 */
function robustScale(sorted: Float32Array): ScaledColumn {
  if (sorted.length === 0) return { center: 0, scale: 0 };
  const [least, most] = [quantile(sorted, 0), quantile(sorted, 1)];
  const range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  return {
    center: quantile(sorted, 0.5),
    scale: range > 0 ? inverse(range) : inverse((most - least) / 2),
  };
}

/** 1/x, 0 where that is not a number of float32. */
function inverse(x: number): number {
  const scale = Math.fround(1 / x);
  return Number.isFinite(scale) ? scale : 0;
}
