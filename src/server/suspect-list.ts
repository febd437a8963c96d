import type { Decision, Suspect, Verdict } from '../review/index.ts';
import { decided, standing } from '../review/index.ts';
import type { Verdict as ApiVerdict, Pair, SuspectItem, Suspects } from './api/types.ts';
import type { CheckedQuery } from './requests.ts';

/** What decisions make of rows. */
export interface Standing {
  readonly verdicts: ReadonlyMap<number, Verdict>;
  readonly skipped: ReadonlySet<number>;
}

export function standingOf(decisions: readonly Decision[]): Standing {
  const verdicts = decided(decisions);
  const skipped = [...standing(decisions)].filter(
    ([row, own]) => !verdicts.has(row) && own.some(({ action }) => action === 'skip'),
  );
  return { verdicts, skipped: new Set(skipped.map(([row]) => row)) };
}

export function itemOf(suspect: Suspect, { verdicts, skipped }: Standing): SuspectItem {
  const { row, rank, given, suggested, pWrong, pSuggested, reason } = suspect;
  const verdict = verdicts.get(row);
  return {
    ...{ row, rank, given, suggested, pWrong, pSuggested },
    ...(reason !== undefined && { reason }),
    ...(verdict && { verdict: verdictOf(verdict) }),
    ...(skipped.has(row) && { isSkipped: true }),
  };
}

export function verdictOf(verdict: Verdict): ApiVerdict {
  const { action, author, time } = verdict;
  return verdict.action === 'label'
    ? { action, label: verdict.label, author, time }
    : { action, author, time };
}

/** The suspects that fit a query, a page of them. */
export function listSuspects(
  suspects: readonly Suspect[],
  standing: Standing,
  query: CheckedQuery,
): Suspects {
  const { verdicts, skipped } = standing;
  const { given, suggested, state, author, order, offset, limit } = query;
  const states: Readonly<Record<string, (row: number) => boolean>> = {
    decided: (row) => verdicts.has(row),
    undecided: (row) => !verdicts.has(row),
    skipped: (row) => skipped.has(row),
  };
  const isIn = state === undefined ? () => true : (states[state] as (row: number) => boolean);
  const fitting = suspects.filter(
    (own) =>
      (given === undefined || own.given === given) &&
      (suggested === undefined || own.suggested === suggested) &&
      (author === undefined || verdicts.get(own.row)?.author === author) &&
      isIn(own.row),
  );
  if (order === 'row') fitting.sort((a, b) => a.row - b.row);
  const items = fitting.slice(offset, offset + limit).map((own) => itemOf(own, standing));
  return { total: fitting.length, items };
}

/** Suspects by given and suggested class, the most frequent first. */
export function pairsOf(suspects: readonly Suspect[]): Pair[] {
  const counts = new Map<string, { given: string; suggested: string; suspects: number }>();
  for (const { given, suggested } of suspects) {
    const key = JSON.stringify([given, suggested]);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { given, suggested, suspects: 1 });
    else known.suspects++;
  }
  return [...counts.values()].sort((a, b) => b.suspects - a.suspects);
}
