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

/** What annotators said of suspects, by row. */
export type SuspectAnnotations = ReadonlyMap<number, NonNullable<SuspectItem['annotations']>>;

export function itemOf(
  suspect: Suspect,
  { verdicts, skipped }: Standing,
  annotations?: SuspectAnnotations,
): SuspectItem {
  const { row, rank, given, suggested, pWrong, pSuggested, reason } = suspect;
  const verdict = verdicts.get(row);
  const annotated = annotations?.get(row);
  return {
    ...{ row, rank, given, suggested, pWrong, pSuggested },
    ...(reason !== undefined && { reason }),
    ...(annotated && { annotations: annotated }),
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

/** A page of the suspects. */
export function listSuspects(
  suspects: readonly Suspect[],
  standing: Standing,
  { offset, limit }: CheckedQuery,
  annotations?: SuspectAnnotations,
): Suspects {
  const page = suspects.slice(offset, offset + limit);
  const items = page.map((own) => itemOf(own, standing, annotations));
  return { total: suspects.length, items };
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
