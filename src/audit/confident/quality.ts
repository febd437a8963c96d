/** How good the labels of a class are, by the calibrated joint. */
export interface ClassQuality {
  readonly class: number;
  /** Rows that are labelled so. */
  readonly rows: number;
  /** Estimated share of them that are of another class. */
  readonly labelNoise: number;
  /** Estimated share of the rows that are of this class but labelled otherwise. */
  readonly inverseLabelNoise: number;
}

/** Two classes that are taken for each other. */
export interface ClassOverlap {
  /** The lower one first. */
  readonly classes: readonly [number, number];
  /** Estimated number of rows of one that are labelled as the other, both ways. */
  readonly rows: number;
  /** The same as a share of all rows. */
  readonly share: number;
}

/** @param joint [k, k], calibrated, by given label and true class */
export function classQuality(joint: Float64Array, k: number): ClassQuality[] {
  return Array.from({ length: k }, (_, c) => {
    const own = joint[c * k + c] as number;
    let [given, real] = [0, 0];
    for (let other = 0; other < k; other++) {
      given += joint[c * k + other] as number;
      real += joint[other * k + c] as number;
    }
    return {
      class: c,
      rows: given,
      labelNoise: 1 - own / given,
      inverseLabelNoise: real === 0 ? 0 : 1 - own / real,
    };
  });
}

/** Pairs of classes by how many rows they exchange, most first; pairs that exchange none are left out. */
export function classOverlaps(joint: Float64Array, k: number): ClassOverlap[] {
  const n = joint.reduce((sum, count) => sum + count, 0);
  const overlaps: ClassOverlap[] = [];
  for (let a = 0; a < k; a++) {
    for (let b = a + 1; b < k; b++) {
      const rows = (joint[a * k + b] as number) + (joint[b * k + a] as number);
      if (rows > 0) overlaps.push({ classes: [a, b], rows, share: rows / n });
    }
  }
  return overlaps.sort((x, y) => y.rows - x.rows);
}
