import { noLabel } from '../audit/index.ts';
import type { Dataset } from '../data/index.ts';

/** The label that one of several people gave a row. */
export interface Annotation {
  readonly annotator: string;
  readonly label: string;
}

/** Who gave a row which label, in the order of the annotators; `undefined` where each row has one label. @param row from 0 */
export function annotationsOf(
  { annotations, classes }: Pick<Dataset, 'annotations' | 'classes'>,
  row: number,
): readonly Annotation[] | undefined {
  if (annotations === undefined) return undefined;
  const { annotators, labels } = annotations;
  return annotators.flatMap((annotator, i) => {
    const label = labels[row * annotators.length + i] as number;
    return label === noLabel ? [] : [{ annotator, label: classes[label] as string }];
  });
}
