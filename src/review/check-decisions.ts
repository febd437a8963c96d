import { closest, SymlossError, show } from '../core/index.ts';
import { isSameContent } from './content.ts';
import type { Decision } from './decisions.ts';
import type { Review } from './review.ts';

/** What decisions are checked against. */
export type Reviewed = Pick<Review, 'audit' | 'placeOf' | 'contentOf'>;

/**
 * Checks that decisions are of this audit: rows that it has, with the label and the content that they were decided on, and labels
 * among its classes.
 * @param where of the decision at a place, for messages
 * @param remedy what can be done about decisions that are on other rows
 * @throws SymlossError naming the first that is not
 */
export function checkDecisions(
  decisions: readonly Decision[],
  { audit, placeOf, contentOf }: Reviewed,
  where: (i: number) => string,
  remedy?: string,
): void {
  const hint = remedy === undefined ? otherAudit : `${otherAudit}: ${remedy}`;
  const classes = new Set(audit.classes);
  const contents = new Map<number, string>();
  for (const [i, decision] of decisions.entries()) {
    const { row, given, content } = decision;
    const place = placeOf(row);
    if (place === undefined) {
      throw fault(where(i), 'a row of the audit', `row ${row}`, hint);
    }
    const label = audit.rows[place]?.given as string;
    if (label !== given) {
      const expected = `the label of row ${row} in the audit, ${show(label)}`;
      throw fault(where(i), expected, show(given), hint);
    }
    const own = contents.get(row) ?? contentOf(row);
    contents.set(row, own);
    if (!isSameContent(own, content)) {
      const expected = `the content of row ${row} that was decided on`;
      throw fault(where(i), expected, 'another', hint);
    }
    if (decision.action === 'label' && !classes.has(decision.label)) {
      throw fault(
        where(i),
        'a class of the audit',
        show(decision.label),
        similar(decision.label, audit.classes),
      );
    }
  }
}

const otherAudit = 'it was decided for another audit, or the data have changed since';

function similar(label: string, classes: readonly string[]): string {
  const name = closest(label, classes);
  return name === undefined
    ? `the classes are ${classes.slice(0, 20).map(show).join(', ')}${classes.length > 20 ? ', …' : ''}`
    : `did you mean ${show(name)}?`;
}

function fault(where: string, expected: string, received: string, hint: string): SymlossError {
  return new SymlossError(where, expected, received, { hint });
}
