/**
 * The confident joint scaled to all rows, as whole numbers whose rows sum to the number of rows with that label
 * (Northcutt, Jiang, Chuang 2021, eq. 3): each row is scaled to its label's count, all to n, and rounded, halves to the even
 * number. Where a row's sum is off by rounding, entries are changed by 1: to add, those that were rounded down
 * most, of equals the later ones; to take away, those that were rounded up most, of equals the first.
 * @param joint [k, k] by given label, with a diagonal above 0
 * @param labelCounts [k]
 */
export function calibratedJoint(joint: Float64Array, labelCounts: Int32Array): Float64Array {
  const k = labelCounts.length;
  const n = sumOf(labelCounts);
  const scaled = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    const row = joint.subarray(i * k, (i + 1) * k);
    const sum = sumOf(row);
    for (let j = 0; j < k; j++) {
      scaled[i * k + j] = ((row[j] as number) / sum) * (labelCounts[i] as number);
    }
  }
  const total = sumOf(scaled);
  const exact = scaled.map((value) => (value / total) * n);
  const rounded = exact.map(roundHalfToEven);
  for (let i = 0; i < k; i++) {
    const cells = [i * k, (i + 1) * k] as const;
    mendSum(rounded.subarray(...cells), exact.subarray(...cells), labelCounts[i] as number);
  }
  return rounded;
}

function mendSum(rounded: Float64Array, exact: Float64Array, sum: number): void {
  const missing = sum - sumOf(rounded);
  if (missing === 0) return;
  const step = Math.sign(missing);
  const left = exact.map((value, j) => value - (rounded[j] as number));
  const order = Array.from(left.keys()).sort((a, b) => {
    return step * ((left[b] as number) - (left[a] as number)) || step * (b - a);
  });
  for (const j of order.slice(0, Math.abs(missing))) rounded[j] = (rounded[j] as number) + step;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

function sumOf(values: Float64Array | Int32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
