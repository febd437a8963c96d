/**
 * Probabilities of some classes, which then sum to 1; equal ones where all of them are 0.
 * @param rowOf the probabilities of row i, from 0 to n − 1, of all classes
 * @param places of the wanted classes among those; −1 for one that is not among them, whose probability is 0
 * @returns [n, wanted classes]
 */
export function probsOfClasses(
  n: number,
  rowOf: (row: number) => ArrayLike<number>,
  places: readonly number[],
): Float64Array {
  const k = places.length;
  const probs = new Float64Array(n * k);
  for (let row = 0; row < n; row++) {
    const all = rowOf(row);
    const own = places.map((place) => all[place] ?? 0);
    const sum = own.reduce((total, p) => total + p, 0);
    probs.set(
      own.map((p) => (sum > 0 ? p / sum : 1 / k)),
      row * k,
    );
  }
  return probs;
}
