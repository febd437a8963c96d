import { noLabel } from '../audit/index.ts';
import type { Review } from '../review/index.ts';
import type { AnnotatorCount } from './api/types.ts';
import type { SuspectAnnotations } from './suspect-list.ts';

/** The labels that several annotators gave the suspects, by row; `undefined` where each row has one label. */
export function suspectAnnotations({
  audited,
  suspects,
  placeOf,
}: Pick<Review, 'audited' | 'suspects' | 'placeOf'>): SuspectAnnotations | undefined {
  if (audited.annotations === undefined) return undefined;
  const { annotators, labels } = audited.annotations;
  return new Map(
    suspects.map(({ row }) => {
      const from = (placeOf(row) as number) * annotators.length;
      const own = annotators.flatMap((annotator, i) => {
        const label = labels[from + i] as number;
        if (label === noLabel) return [];
        return [{ annotator, label: audited.classes[label] as string }];
      });
      return [row, own];
    }),
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
