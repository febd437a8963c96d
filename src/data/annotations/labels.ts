import type { ConsensusMethod } from '../../audit/index.ts';
import { consensus } from '../../audit/index.ts';
import type { Annotations } from './annotations.ts';
import { annotatorNotices } from './notices.ts';

/** What the annotators of a dataset say together. */
export interface AnnotatedLabels {
  /** `[n]`, the consensus. */
  readonly labels: Int32Array;
  /** `[n, k]`, the probability of each class, where the labels leave any doubt. */
  readonly softLabels?: Float32Array;
  readonly annotations: Annotations;
  /** What was found about the annotators, one plain line each, for printing. */
  readonly notices: readonly string[];
}

/**
 * The labels of a dataset from those of its annotators: the consensus, and as soft labels how probable each class is.
 * @param k number of classes
 * @param method see `consensus`
 * @throws SymlossError as `consensus` does
 */
export function annotatedLabels(
  annotations: Annotations,
  k: number,
  method: ConsensusMethod,
): AnnotatedLabels {
  const { annotators, labels } = annotations;
  const found = consensus(labels, annotators, k, { method });
  const isCertain = found.confidence.every((share) => share === 1);
  return {
    labels: found.labels,
    ...(!isCertain && { softLabels: Float32Array.from(found.posterior) }),
    annotations,
    notices: annotatorNotices(found, method),
  };
}
