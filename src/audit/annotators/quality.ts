import type { Votes } from './votes.ts';

/** How good an annotator is, judged by what all of them say together. */
export interface AnnotatorQuality {
  readonly name: string;
  /** Labels that the annotator gave. */
  readonly labels: number;
  /** Expected share of them that are right: the mean posterior of the classes given. NaN without labels. */
  readonly accuracy: number;
  /** Share of them that are the label of the consensus. NaN without labels. */
  readonly agreement: number;
}

/**
 * @param posterior [n, k]
 * @param consensus [n], the label of each row
 */
export function qualityOf(
  { n, k, starts, annotators, labels }: Votes,
  names: readonly string[],
  posterior: Float64Array,
  consensus: Int32Array,
): AnnotatorQuality[] {
  const counts = new Float64Array(names.length);
  const right = new Float64Array(names.length);
  const equal = new Float64Array(names.length);
  for (let row = 0; row < n; row++) {
    for (let v = starts[row] as number; v < (starts[row + 1] as number); v++) {
      const [a, label] = [annotators[v] as number, labels[v] as number];
      counts[a] = (counts[a] as number) + 1;
      right[a] = (right[a] as number) + (posterior[row * k + label] as number);
      if (label === consensus[row]) equal[a] = (equal[a] as number) + 1;
    }
  }
  return names.map((name, a) => {
    const given = counts[a] as number;
    const accuracy = (right[a] as number) / given;
    return { name, labels: given, accuracy, agreement: (equal[a] as number) / given };
  });
}

/**
 * Expected shares of an annotator's labels by true class, [k, k]; a class that he labelled no row of has its row of the
 * identity.
 */
export function expectedConfusion(
  { n, k, starts, annotators, labels }: Votes,
  posterior: Float64Array,
): (annotator: number) => Float64Array {
  return (annotator) => {
    const counts = new Float64Array(k * k);
    for (let row = 0; row < n; row++) {
      for (let v = starts[row] as number; v < (starts[row + 1] as number); v++) {
        if (annotators[v] !== annotator) continue;
        for (let i = 0; i < k; i++) {
          const cell = i * k + (labels[v] as number);
          counts[cell] = (counts[cell] as number) + (posterior[row * k + i] as number);
        }
      }
    }
    for (let i = 0; i < k; i++) {
      const own = counts.subarray(i * k, (i + 1) * k);
      const total = own.reduce((sum, count) => sum + count, 0);
      if (total === 0) own[i] = 1;
      else own.set(own.map((count) => count / total));
    }
    return counts;
  };
}
