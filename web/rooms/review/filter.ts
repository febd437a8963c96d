import type { SuspectItem } from '../../../src/server/api/types.ts';
import type { Query } from '../../shell/route.ts';

/** Which suspects are shown, and in which order. */
export interface Filter {
  /** `given → suggested`, or empty for all. */
  readonly pair: string;
  readonly state: '' | 'undecided' | 'decided' | 'skipped';
  /** Decided last by this reviewer; empty for all. */
  readonly author: string;
  /** The label in doubt is also that of this annotator; empty for all. */
  readonly annotator: string;
  readonly order: 'pWrong' | 'row';
}

export const pairName = (given: string, suggested: string): string => `${given} → ${suggested}`;

export function filterOf(query: Query): Filter {
  const { pair = '', state = 'undecided', author = '', order = 'pWrong' } = query;
  const { annotator = '' } = query;
  return {
    ...{ pair, author, annotator },
    state: state === 'all' ? '' : (state as Filter['state']),
    order: order === 'row' ? 'row' : 'pWrong',
  };
}

/** The suspects that fit. @param items by their place in the list of the audit */
export function filtered(
  items: readonly SuspectItem[],
  { pair, state, author, annotator, order }: Filter,
): SuspectItem[] {
  const fitting = items.filter(
    (own) =>
      (pair === '' || pairName(own.given, own.suggested) === pair) &&
      (author === '' || own.verdict?.author === author) &&
      (annotator === '' || isLabelledBy(own, annotator)) &&
      isIn(own, state),
  );
  return order === 'row' ? fitting.sort((a, b) => a.row - b.row) : fitting;
}

function isLabelledBy({ annotations = [], given }: SuspectItem, name: string): boolean {
  return annotations.some(({ annotator, label }) => annotator === name && label === given);
}

function isIn({ verdict, isSkipped }: SuspectItem, state: Filter['state']): boolean {
  switch (state) {
    case '':
      return true;
    case 'decided':
      return verdict !== undefined;
    case 'undecided':
      return verdict === undefined;
    case 'skipped':
      return isSkipped === true;
  }
}
