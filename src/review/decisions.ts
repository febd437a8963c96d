import { z } from 'zod';
import { integer } from '../run/faults.ts';

/** The decisions on an audit, in its folder. */
export const decisionsFile = 'review.jsonl';

const common = {
  /** The row's number in the source, from 1, as `rows.parquet` has it. */
  row: integer(1),
  /** The label that was decided on. */
  given: z.string(),
  /** Of the row as it was, see `contentHash`. */
  content: z.string().regex(/^[0-9a-f]{16,64}$/, '16 to 64 hexadecimal digits'),
  time: z.iso.datetime({ offset: true, error: 'a time in ISO 8601' }),
  author: z.string().min(1),
};

/** A decision of a person on a row, one line of `review.jsonl`. */
export const decisionSchema = z.discriminatedUnion('action', [
  /** The row is of this class; where it is the given one, the label is kept. */
  z.strictObject({ ...common, action: z.literal('label'), label: z.string() }),
  /** The row is of no class. */
  z.strictObject({ ...common, action: z.literal('exclude') }),
  /** Nothing is decided. */
  z.strictObject({ ...common, action: z.literal('skip') }),
  /** The author takes back their last decision on the row. */
  z.strictObject({ ...common, action: z.literal('undo') }),
]);

export type Decision = z.infer<typeof decisionSchema>;
/** A decision that says what becomes of a row. */
export type Verdict = Extract<Decision, { action: 'label' | 'exclude' }>;

/**
 * What stands of each row that is decided on: its latest decision that was not taken back. Of several authors the latest counts; by their
 * times, at equal ones in the order of the list. A skip changes nothing.
 * @returns by row, as `Decision.row`
 */
export function decided(decisions: readonly Decision[]): Map<number, Verdict> {
  const latest = new Map<number, Verdict>();
  for (const [row, own] of standing(decisions)) {
    const last = own.filter(isVerdict).at(-1);
    if (last !== undefined) latest.set(row, last);
  }
  return latest;
}

/** Rows that authors decided differently: the last decision of each author, the latest at the end. */
export function conflicts(decisions: readonly Decision[]): Map<number, readonly Verdict[]> {
  const found = new Map<number, readonly Verdict[]>();
  for (const [row, own] of standing(decisions)) {
    const byAuthor = new Map<string, Verdict>();
    for (const decision of own.filter(isVerdict)) {
      byAuthor.delete(decision.author); // to the end
      byAuthor.set(decision.author, decision);
    }
    const last = [...byAuthor.values()];
    if (new Set(last.map(answerOf)).size > 1) found.set(row, last);
  }
  return found;
}

/** The latest decision of an author, skips too, that they did not take back. */
export function lastOf(decisions: readonly Decision[], author: string): Decision | undefined {
  const own = decisions.filter((decision) => decision.author === author);
  const left = new Set([...standing(own).values()].flat());
  return own.findLast((decision) => left.has(decision));
}

/** What a decision says, as a text: equal for equal answers. */
const answerOf = (verdict: Verdict): string =>
  verdict.action === 'label' ? `label ${verdict.label}` : verdict.action;

function isVerdict(decision: Decision): decision is Verdict {
  return decision.action === 'label' || decision.action === 'exclude';
}

/** Of each row the decisions that were not taken back, earliest first, skips too. */
export function standing(decisions: readonly Decision[]): Map<number, Decision[]> {
  const rows = new Map<number, Decision[]>();
  const times = new Map(decisions.map((decision) => [decision, Date.parse(decision.time)]));
  const inOrder = [...decisions].sort(
    (a, b) => (times.get(a) as number) - (times.get(b) as number),
  );
  for (const decision of inOrder) {
    const own = rows.get(decision.row) ?? [];
    rows.set(decision.row, own);
    if (decision.action === 'undo') {
      const last = own.findLastIndex(({ author }) => author === decision.author);
      if (last >= 0) own.splice(last, 1);
    } else own.push(decision);
  }
  return rows;
}
