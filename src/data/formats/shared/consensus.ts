import { checkOneOf, field, SymlossError } from '../../../core/index.ts';
import type { AnnotatedLabels, Annotations } from '../../annotations/index.ts';
import { annotatedLabels } from '../../annotations/index.ts';
import type { Consensus } from '../format.ts';
import { consensusRules } from '../format.ts';

/**
 * The labels of a dataset from those of its annotators. For `crowd` they are those of `dawid-skene`, until a classifier was
 * trained.
 * @param where the source
 * @param memoryLimit see `annotatedLabels`
 * @throws SymlossError for a rule that does not exist, or a row without labels
 */
export function consensusOf(
  where: string,
  annotations: Annotations,
  k: number,
  consensus: Consensus = 'dawid-skene',
  memoryLimit?: number,
): AnnotatedLabels {
  const rule = checkOneOf(field('consensus'), consensus, consensusRules);
  const method = rule === 'crowd' ? 'dawid-skene' : rule;
  const found = annotatedLabels(annotations, k, method, where, memoryLimit);
  if (rule !== 'crowd') return found;
  const next =
    'three models are trained first, whose predictions then count as those of one annotator more';
  return { ...found, notices: [...found.notices, next] };
}

/** @throws SymlossError where a rule is given for labels of which each row has one */
export function refuseConsensus(consensus: Consensus | undefined): void {
  if (consensus === undefined) return;
  throw new SymlossError(
    field('consensus'),
    'the labels of several annotators',
    'one label column',
    {
      hint: `name their columns with ${field('label')}, with commas between them`,
    },
  );
}
