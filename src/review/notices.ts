import type { Dataset } from '../data/index.ts';
import { mergedLabels } from './merged-labels.ts';
import type { Review } from './review.ts';

/** What to know of an audit before somebody decides on its suspects, one plain line each. */
export function reviewNotices({ audit, audited, data }: Review): readonly string[] {
  const merged = mergedLabels(audit, audited);
  return [
    ...(merged === undefined
      ? []
      : [
          `warning: what is decided here cannot be applied (symloss apply), as the data have ${merged.of}: ${merged.hint}`,
        ]),
    ...(showsVectorsOnly(data)
      ? [
          'rows show nothing but the numbers of vectors: audit with --id text, say, to see the cells of the column text, which models do not learn from',
        ]
      : []),
  ];
}

/** Whether all that can be shown of the rows of a table are vectors that another program made. */
function showsVectorsOnly({ kinds, rowIds = [] }: Dataset): boolean {
  return rowIds.length === 0 && kinds !== undefined && kinds.every((kind) => kind === 'embedding');
}
