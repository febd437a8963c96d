import type { Review } from '../review/index.ts';
import { annotationsOf } from '../review/index.ts';
import type { AnnotatorCount } from './api/types.ts';
import type { SuspectAnnotations } from './suspect-list.ts';

/** The labels that several annotators gave the suspects, by row; `undefined` where each row has one label. */
export function suspectAnnotations({
  audited,
  suspects,
  placeOf,
}: Pick<Review, 'audited' | 'suspects' | 'placeOf'>): SuspectAnnotations | undefined {
  if (audited.annotations === undefined) return undefined;
  return new Map(
    suspects.map(({ row }) => [row, annotationsOf(audited, placeOf(row) as number) ?? []]),
  );
}

/** Of each annotator, on how many suspects the label in doubt is also theirs; the most first. */
export function annotatorCounts(
  { audited, suspects }: Pick<Review, 'audited' | 'suspects'>,
  annotations: SuspectAnnotations,
): AnnotatorCount[] {
  const counts = new Map((audited.annotations?.annotators ?? []).map((name) => [name, 0]));
  for (const { row, given } of suspects) {
    for (const { annotator, label } of annotations.get(row) ?? []) {
      if (label === given) counts.set(annotator, (counts.get(annotator) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([name, own]) => ({ name, suspects: own }))
    .sort((a, b) => b.suspects - a.suspects);
}
