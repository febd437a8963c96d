import type { Agreement, AnnotatorQuality } from '../../audit/index.ts';
import { consensus } from '../../audit/index.ts';
import { SymlossError } from '../../core/index.ts';
import type { Annotations } from './annotations.ts';

/**
 * How good the annotators of a dataset are, and how much they agree, judged by Dawid and Skene's model; see
 * `consensus` of `symloss/audit`, which also gives their confusion matrices.
 * @throws SymlossError if the dataset does not have the labels of several annotators
 */
export function annotatorQuality(data: {
  readonly name: string;
  readonly classes: readonly string[];
  readonly annotations?: Annotations;
}): { readonly annotators: readonly AnnotatorQuality[]; readonly agreement: Agreement } {
  if (data.annotations === undefined) {
    throw new SymlossError(`${data.name}, annotations`, 'labels of several annotators', 'none');
  }
  const { annotators, labels } = data.annotations;
  const found = consensus(labels, annotators, data.classes.length);
  return { annotators: found.annotators, agreement: found.agreement };
}
