import { highest } from '../../audit/index.ts';
import type { DatasetAudit } from '../../run/index.ts';

/** Rows that are shown; of a short list some more below it. */
const [mostShown, leastShown] = [100, 20];

/** The rows to show, the most suspect first, and how many of them are in the list. */
export function topSuspects({ suspects, pWrong }: Pick<DatasetAudit, 'suspects' | 'pWrong'>) {
  const length = Math.min(mostShown, Math.max(leastShown, suspects.rows.length), pWrong.length);
  const rows = Array.from(highest(pWrong, length));
  return { rows, listed: Math.min(length, suspects.rows.length) };
}
