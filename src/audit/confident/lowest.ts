/**
 * The places of the `count` lowest values, ascending; of equal values the first. In linear time on average: by the value of
 * that rank.
 */
export function lowest(values: Float64Array, count: number): Uint32Array {
  const some = Math.min(Math.max(0, count), values.length);
  const places = new Uint32Array(some);
  if (some === 0) return places;
  const border = valueOfRank(values.slice(), some - 1);
  let equal = some;
  for (const value of values) if (value < border) equal--;
  let found = 0;
  for (let place = 0; place < values.length && found < some; place++) {
    const value = values[place] as number;
    if (value > border || (value === border && equal-- <= 0)) continue;
    places[found++] = place;
  }
  return places;
}

/** The value that would have this rank, from 0, if the values were sorted; moves them (Hoare's selection, middle of three). */
function valueOfRank(values: Float64Array, rank: number): number {
  let [left, right] = [0, values.length - 1];
  while (left < right) {
    const pivot = middle(
      values[left] as number,
      values[(left + right) >> 1] as number,
      values[right] as number,
    );
    let [i, j] = [left, right];
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      [values[i], values[j]] = [values[j] as number, values[i] as number];
      i++;
      j--;
    }
    if (rank <= j) right = j;
    else if (rank >= i) left = i;
    else return values[rank] as number;
  }
  return values[rank] as number;
}

function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
