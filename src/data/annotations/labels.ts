import type { ConsensusMethod } from '../../audit/index.ts';
import { consensus } from '../../audit/index.ts';
import { field, SymlossError } from '../../core/index.ts';
import { defaultMemoryLimit } from '../memory.ts';
import { list } from '../text.ts';
import type { Annotations } from './annotations.ts';
import { isLabelled } from './annotations.ts';
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
 * @param where what messages start with
 * @param memoryLimit bytes that the probabilities may take; default: 4 GiB
 * @throws SymlossError naming the first row (from 1) without labels, where the memory limit is exceeded, and as `consensus`
 * does
 */
export function annotatedLabels(
  annotations: Annotations,
  k: number,
  method: ConsensusMethod,
  where = 'annotations',
  memoryLimit = defaultMemoryLimit,
): AnnotatedLabels {
  const { annotators, labels } = annotations;
  checkSomeLabel(where, annotations);
  checkSize(where, labels.length / annotators.length, k, memoryLimit);
  const found = consensus(labels, annotators, k, { method });
  const isCertain = found.confidence.every((share) => share === 1);
  return {
    labels: found.labels,
    ...(!isCertain && { softLabels: Float32Array.from(found.posterior) }),
    annotations,
    notices: annotatorNotices(found, method),
  };
}

function checkSomeLabel(where: string, { annotators, labels }: Annotations): void {
  const m = annotators.length;
  for (let start = 0; start < labels.length; start += m) {
    if (isLabelled(labels, start, start + m)) continue;
    const place = `${where}, row ${start / m + 1}`;
    throw new SymlossError(place, `a label by one of ${list(annotators)}`, 'none', {
      hint: 'delete such rows',
    });
  }
}

/** Soft labels are a table of all rows and classes: float64 while they are estimated, and float32. */
const shareBytes = Float64Array.BYTES_PER_ELEMENT + Float32Array.BYTES_PER_ELEMENT;

function checkSize(where: string, n: number, k: number, memoryLimit: number): void {
  if (n * k * shareBytes <= memoryLimit) return;
  const expected = `soft labels within the memory limit of ${memoryLimit} bytes`;
  throw new SymlossError(
    where,
    expected,
    `${n} rows of ${k} classes, ${n * k * shareBytes} bytes`,
    {
      hint: `raise the limit (${field('memoryLimit')}), or take a part of the rows`,
    },
  );
}
