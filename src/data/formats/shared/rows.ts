import { sizeOf } from '../../../core/index.ts';
import type { Features } from '../../dataset.ts';
import { isRowFile } from '../../dataset.ts';

/** Rows that were read, without their labels. */
export interface FeatureRows {
  readonly features: Features;
  /** Of one row: `[d]`, or `[c, h, w]` for images. */
  readonly shape: readonly number[];
  /** Rows of the source that were left out, ascending, counted from 0. */
  readonly skipped: readonly number[];
  readonly notices: readonly string[];
}

/** Images that were read, without their labels. */
export interface ImageRows extends FeatureRows {
  readonly features: Exclude<Features, Float32Array>;
  /** [c, h, w] */
  readonly shape: readonly [number, number, number];
}

/** How many rows there are. */
export function rowsOf({ features, shape }: FeatureRows): number {
  return isRowFile(features) ? features.rows : features.length / sizeOf(shape);
}

/** 0, …, n − 1. */
export function rowNumbers(n: number): Uint32Array {
  const rows = new Uint32Array(n);
  for (let row = 0; row < n; row++) rows[row] = row;
  return rows;
}
