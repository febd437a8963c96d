import { checkInteger } from '../../core/index.ts';
import { highest } from '../confident/rank.ts';

/** A list of the most suspect rows. */
export interface CurvePoint {
  /** Rows in it. */
  readonly length: number;
  /** The mean of p(wrong) over it, and its sum by that over all rows. */
  readonly expectedPrecision: number;
  readonly expectedRecall: number;
  /** The same against true labels, where they are known: recall is NaN where none is wrong. */
  readonly precision?: number;
  readonly recall?: number;
}

/**
 * How right lists of suspects of different lengths are expected to be, and are: the first rows by descending p(wrong).
 * @param pWrong [n]
 * @throws SymlossError for a length out of range
 */
export function precisionCurve(
  pWrong: Float64Array,
  {
    isWrong,
    most = pWrong.length,
    points = 200,
  }: {
    /** [n], 1 where the label is wrong, else 0. */
    readonly isWrong?: ArrayLike<number>;
    /** Length of the longest list, 1 to n. Default: n. */
    readonly most?: number;
    /** Evenly spaced lengths, at most, the longest one with them. Default: 200. */
    readonly points?: number;
  } = {},
): CurvePoint[] {
  checkInteger('precisionCurve most', most, { min: 1, max: pWrong.length });
  checkInteger('precisionCurve points', points, { min: 1 });
  const order = highest(pWrong, most);
  const all = pWrong.reduce((sum, p) => sum + p, 0);
  const wrong = isWrong && Array.from(isWrong).reduce((sum, one) => sum + one, 0);
  const step = Math.ceil(most / points);
  const curve: CurvePoint[] = [];
  let [expected, found] = [0, 0];
  for (let i = 0; i < most; i++) {
    expected += pWrong[order[i] as number] as number;
    found += isWrong?.[order[i] as number] ?? 0;
    const length = i + 1;
    if (length % step !== 0 && length !== most) continue;
    curve.push({
      ...{ length, expectedPrecision: expected / length, expectedRecall: expected / all },
      ...(wrong !== undefined && { precision: found / length, recall: found / wrong }),
    });
  }
  return curve;
}
