import { userInfo } from 'node:os';
import { checkDecisions } from './check-decisions.ts';
import type { Decision } from './decisions.ts';
import type { DecisionLog } from './decisions-file.ts';
import { readDecisions } from './decisions-file.ts';
import type { Review } from './review.ts';
import type { Answer } from './session.ts';

/** Who decides unless they are named: the user's name. */
export function userName(): string {
  try {
    return userInfo().username || 'unknown';
  } catch {
    return 'unknown'; // a user without an entry, as in containers
  }
}

/** The decisions on an audit so far. @throws SymlossError as `readDecisions` and `checkDecisions` do */
export async function readReviewLog(review: Review): Promise<DecisionLog> {
  const { decisionsPath: path } = review;
  const log = await readDecisions(path);
  const remedy = `take ${path} away, to begin anew`;
  checkDecisions(log.decisions, review, (i) => `${path}, decision ${i + 1}`, remedy);
  return log;
}

export interface DecideOptions {
  readonly author: string;
  /** All decisions so far. */
  readonly decisions: readonly Decision[];
}

/** An answer as a decision of now, to be written down. */
export function decisionOf(
  review: Pick<Review, 'contentOf'>,
  { row, given }: { readonly row: number; readonly given: string },
  answer: Answer,
  { author, decisions }: DecideOptions,
): Decision {
  // a clock that was put back must not bring what is decided now before what it changes
  const times = decisions.filter((own) => own.row === row).map(({ time }) => Date.parse(time));
  const time = new Date(Math.max(Date.now(), ...times)).toISOString();
  return { row, given, ...answer, content: review.contentOf(row), time, author };
}
