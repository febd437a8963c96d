import { checkOneOf } from '../../core/index.ts';
import { lowest } from './lowest.ts';
import { rank } from './rank.ts';
import type { Rows } from './rows.ts';
import { largest } from './rows.ts';
import type { LabelScores } from './scores.ts';
import { slack } from './thresholds.ts';

export const issueFilters = [
  'pruneByClass',
  'pruneByNoiseRate',
  'both',
  'confidentLearning',
  'predictedNeqGiven',
  'lowNormalizedMargin',
  'lowSelfConfidence',
] as const;

/**
 * Which rows count as label errors (Northcutt, Jiang, Chuang 2021, section 3.2). With J the calibrated joint by given label
 * and true class:
 * - `pruneByClass`: of each label c those n_c − J[c][c] rows of lowest p_c
 * - `pruneByNoiseRate`: for each c and each j ≠ c those J[c][j] rows labelled c of largest p_j − p_c
 * - `both`: rows that both of these name
 * - `confidentLearning`: rows that are confidently in another class than their label
 * - `predictedNeqGiven`: rows whose most probable class is not their label
 * - `lowNormalizedMargin`, `lowSelfConfidence`: as many rows as `confidentLearning` names, of the lowest score
 *
 * All but the last two leave out rows whose most probable class is their label.
 */
export type IssueFilter = (typeof issueFilters)[number];

/** What filters work on. */
export interface Counted {
  readonly rows: Rows;
  /** [k, k], calibrated. */
  readonly joint: Float64Array;
  /** Rows that are confidently in another class. */
  readonly offDiagonal: Uint32Array;
  readonly scores: LabelScores;
}

/**
 * The rows that a filter names, by ascending self-confidence.
 * @throws SymlossError for an unknown filter
 */
export function issuesOf(counted: Counted, name: IssueFilter): Uint32Array {
  const filter = filters[checkOneOf('audit issues', name, issueFilters)];
  return rank(counted.scores.selfConfidence, filter(counted));
}

type Filter = (counted: Counted) => Uint32Array;

const filters: Readonly<Record<IssueFilter, Filter>> = {
  pruneByClass: (counted) => withoutPredicted(counted.rows, pruneByClass(counted)),
  pruneByNoiseRate: (counted) => withoutPredicted(counted.rows, pruneByNoiseRate(counted)),
  both(counted) {
    const byClass = flags(counted.rows.n, pruneByClass(counted));
    const byRate = pruneByNoiseRate(counted);
    return withoutPredicted(
      counted.rows,
      byRate.filter((row) => byClass[row] === 1),
    );
  },
  confidentLearning: ({ rows, offDiagonal }) => withoutPredicted(rows, offDiagonal),
  predictedNeqGiven: ({ rows }) =>
    withoutPredicted(
      rows,
      Uint32Array.from(rows.labels, (_, row) => row),
    ),
  lowNormalizedMargin: (counted) => lowest(counted.scores.normalizedMargin, errorCount(counted)),
  lowSelfConfidence: (counted) => lowest(counted.scores.selfConfidence, errorCount(counted)),
};

/** How many labels are wrong: the number of rows that `confidentLearning` names. */
export function errorCount(counted: Pick<Counted, 'rows' | 'offDiagonal'>): number {
  return withoutPredicted(counted.rows, counted.offDiagonal).length;
}

/** Without rows whose most probable class is their label; ties within 1e-6 are the label's. */
function withoutPredicted({ k, labels, probs }: Rows, rows: Uint32Array): Uint32Array {
  return rows.filter((row) => {
    const start = row * k;
    const label = labels[row] as number;
    const best = largest(probs, start, k);
    if (best === label) return false;
    const own = (probs[start + label] as number) + slack;
    const other = probs[start + best] as number;
    return own < other || (own === other && best < label);
  });
}

function pruneByClass({ rows, joint }: Counted): Uint32Array {
  const { k, probs, counts } = rows;
  return joined(
    rowsByLabel(rows).map((own, c) => {
      const count = (counts[c] as number) - (joint[c * k + c] as number);
      const values = new Float64Array(own.length);
      for (let i = 0; i < own.length; i++) {
        values[i] = probs[(own[i] as number) * k + c] as number;
      }
      return lowest(values, count).map((place) => own[place] as number);
    }),
  );
}

function pruneByNoiseRate({ rows, joint }: Counted): Uint32Array {
  const { n, k, probs } = rows;
  const named = new Uint8Array(n);
  for (const [c, own] of rowsByLabel(rows).entries()) {
    const margins = new Float64Array(own.length);
    for (let j = 0; j < k; j++) {
      const count = joint[c * k + j] as number;
      if (j === c || count === 0) continue;
      for (let i = 0; i < own.length; i++) {
        const start = (own[i] as number) * k;
        margins[i] = (probs[start + c] as number) - (probs[start + j] as number);
      }
      for (const place of lowest(margins, count)) named[own[place] as number] = 1;
    }
  }
  return flagged(named);
}

/** Rows of each label, ascending. */
function rowsByLabel({ n, k, labels, counts }: Rows): Uint32Array[] {
  const lists = Array.from({ length: k }, (_, c) => new Uint32Array(counts[c] as number));
  const ends = new Uint32Array(k);
  for (let row = 0; row < n; row++) {
    const label = labels[row] as number;
    (lists[label] as Uint32Array)[ends[label] as number] = row;
    ends[label] = (ends[label] as number) + 1;
  }
  return lists;
}

function flagged(named: Uint8Array): Uint32Array {
  const rows = new Uint32Array(named.length);
  let found = 0;
  for (let row = 0; row < named.length; row++) if (named[row] === 1) rows[found++] = row;
  return rows.slice(0, found);
}

function flags(n: number, rows: Uint32Array): Uint8Array {
  const set = new Uint8Array(n);
  for (const row of rows) set[row] = 1;
  return set;
}

function joined(lists: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}
