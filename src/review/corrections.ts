import { checkNumber, either, field, SymlossError, shellWord, show } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import type { AuditFolder } from './audit-folder.ts';
import type { AuditedRow } from './audited-rows.ts';
import type { RowContent } from './content.ts';
import { contentHash, isSameContent } from './content.ts';
import type { Decision, Verdict } from './decisions.ts';
import { decided, decisionsFile } from './decisions.ts';
import { rowFinder } from './moved-rows.ts';

/** What becomes of rows that nobody decided on. */
export interface CorrectionRules {
  /** Rows whose suggested class is at least so probable get it. In [0, 1]. Default: none do. */
  readonly relabel?: number | undefined;
  /** Of the others, rows whose label is at least so probably wrong are left out. In [0, 1]. Default: none are. */
  readonly drop?: number | undefined;
  /** Whether rows are weighted by the probability that their label is right. Default: false. */
  readonly weights?: boolean | undefined;
}

export interface CorrectionInput extends CorrectionRules {
  readonly audit: Pick<AuditFolder, 'folder' | 'sha256' | 'rows'>;
  /** With the labels that were audited. */
  readonly data: RowContent & Pick<Dataset, 'labels' | 'classes' | 'sourceRows'>;
  /** Of the data as they are now, see `hashOfData`. */
  readonly sha256: string;
  readonly decisions: readonly Decision[];
}

/** Who changed a label, or left a row out. */
export type CorrectedBy = 'reviewer' | 'rule';

/** Labels after a review and by rules. Rows are those of the data, from 0. */
export interface Corrections {
  /** [n] */
  readonly labels: Int32Array;
  /** Rows whose label is another one than it was. */
  readonly changed: ReadonlyMap<number, CorrectedBy>;
  /** Rows that are left out. */
  readonly dropped: ReadonlyMap<number, CorrectedBy>;
  /** Rows that people decided on, those whose label they kept among them. */
  readonly reviewed: ReadonlySet<number>;
  /**
   * [n], where rows are weighted: the probability that the label, as it is now, is right; 1 for rows that people decided on.
   */
  readonly weights?: Float64Array;
  /** Decisions that do not count any more, one plain line each. */
  readonly notices: readonly string[];
}

/**
 * The labels that follow from an audit: decisions of people first, rules for the other rows. A row that a rule could relabel and
 * leave out is relabelled.
 * @throws SymlossError where nothing is decided that holds, and no rule is given; for rules on data that have changed since the audit; for
 * a decision for a class that the data do not have
 */
export function correctLabels(input: CorrectionInput): Corrections {
  const { audit, data, sha256, decisions, relabel, drop, weights: isWeighted = false } = input;
  for (const [name, share] of Object.entries({ relabel, drop })) {
    if (share !== undefined) checkNumber(field(name), share, { min: 0, max: 1 });
  }
  const verdicts = decided(decisions);
  const rules = Object.entries({ relabel, drop, weights: isWeighted ? true : undefined });
  const given = rules.find(([, value]) => value !== undefined)?.[0];
  if (verdicts.size === 0 && given === undefined) throw nothingToDo(audit.folder);
  if (given !== undefined && sha256 !== audit.sha256) throw otherData(audit.folder, given);

  const { labels: before, classes, sourceRows } = data;
  const labels = Int32Array.from(before);
  const changed = new Map<number, CorrectedBy>();
  const dropped = new Map<number, CorrectedBy>();
  const reviewed = new Set<number>();
  const notices: string[] = [];
  const placeOf = new Map(sourceRows && Array.from(sourceRows, (row, place) => [row, place]));
  const place = (row: number) => {
    const own = sourceRows === undefined ? row - 1 : placeOf.get(row - 1);
    return own === undefined || own >= labels.length ? undefined : own;
  };
  const relabelled = (row: number, label: number, by: CorrectedBy) => {
    if (labels[row] === label) return;
    labels[row] = label;
    changed.set(row, by);
  };

  const find = rowFinder(data, labels.length, verdicts.values(), place);
  for (const verdict of [...verdicts.values()].sort((a, b) => a.row - b.row)) {
    const row = find(verdict);
    const fault = faultOf(verdict, data, row);
    if (fault !== undefined) notices.push(`${fault}; the decision does not count`);
    else if (row !== undefined) {
      reviewed.add(row);
      if (verdict.action === 'exclude') dropped.set(row, 'reviewer');
      else relabelled(row, classOf(verdict, data), 'reviewer');
    }
  }
  if (given === undefined) {
    if (reviewed.size === 0) throw noneHolds(audit.folder, notices);
    return { labels, changed, dropped, reviewed, notices };
  }

  const weights = new Float64Array(labels.length).fill(1);
  const indexOf = new Map(classes.map((name, i) => [name, i]));
  for (const { row: number, pWrong, pSuggested, suggested } of audit.rows) {
    const row = place(number);
    if (row === undefined || reviewed.has(row)) continue;
    weights[row] = 1 - pWrong;
    if (relabel !== undefined && pSuggested >= relabel) {
      relabelled(row, indexOf.get(suggested) as number, 'rule');
      weights[row] = pSuggested;
    } else if (drop !== undefined && pWrong >= drop) dropped.set(row, 'rule');
  }
  return { labels, changed, dropped, reviewed, notices, ...(isWeighted && { weights }) };
}

/** Why a decision does not hold for the data as they are now. */
function faultOf(
  { row: number, given, content, action, ...rest }: Verdict & { readonly label?: string },
  data: CorrectionInput['data'],
  row: number | undefined,
): string | undefined {
  if (row === undefined) return `row ${number} was reviewed, but the data have no such row now`;
  if (!isSameContent(contentHash(data, row), content)) {
    return `row ${number} has changed since it was reviewed`;
  }
  const label = data.classes[data.labels[row] as number];
  // somebody may have corrected it in the data already
  const isDone = action === 'label' && label === rest.label;
  if (label === given || isDone) return undefined;
  return `row ${number} was labelled ${show(given)} when it was reviewed, and is labelled ${show(label)} now`;
}

function classOf(
  { row, label }: Extract<Verdict, { action: 'label' }>,
  { classes, labels }: CorrectionInput['data'],
): number {
  const found = classes.indexOf(label);
  if (found >= 0 && labels.includes(found)) return found;
  const known = classes.filter((_, i) => labels.includes(i)).map(show);
  const expected = `a class of the data, such as ${known.slice(0, 20).join(', ')}`;
  throw new SymlossError(`${decisionsFile}, row ${row}`, expected, show(label), {
    hint: 'decide on the row again',
  });
}

function nothingToDo(folder: string): SymlossError {
  const expected = `decisions in ${decisionsFile}, or a rule for rows that nobody decided on`;
  return new SymlossError(folder, expected, 'none', {
    hint: either(
      `review the suspects (symloss review ${shellWord(folder)})`,
      `take the suggested classes (${field('relabel', '0.95')})`,
      `leave rows out (${field('drop', '0.9')})`,
      `weight them (${field('weights')})`,
    ),
  });
}

/** @param reasons why each decision does not hold, one at least */
function noneHolds(folder: string, reasons: readonly string[]): SymlossError {
  const [first] = reasons;
  const received = `none of ${reasons.length}: ${first}`;
  return new SymlossError(folder, 'decisions that hold for the data as they are now', received, {
    hint: 'audit the data again, or apply to the data as they were',
  });
}

function otherData(folder: string, rule: string): SymlossError {
  return new SymlossError(field(rule), `the data that ${folder} is an audit of`, 'other data', {
    hint: 'they have changed since: audit them again; decisions on rows that are as they were hold without it',
  });
}

/** Whether nothing follows: every row has the label that it had, and counts as it did. */
export function isUnchanged({ changed, dropped, weights }: Corrections): boolean {
  return changed.size === 0 && dropped.size === 0 && weights === undefined;
}

/** How many rows got which label instead of which, the most frequent first. */
export function labelChanges(
  { labels: before, classes }: Pick<Dataset, 'labels' | 'classes'>,
  { labels, changed, dropped }: Corrections,
): { readonly given: string; readonly label: string; readonly rows: number }[] {
  const counts = new Map<string, { given: string; label: string; rows: number }>();
  for (const row of changed.keys()) {
    if (dropped.has(row)) continue;
    const [from, to] = [before[row], labels[row]] as [number, number];
    const key = `${from} ${to}`;
    const known = counts.get(key);
    if (known !== undefined) known.rows++;
    else counts.set(key, { given: classes[from] as string, label: classes[to] as string, rows: 1 });
  }
  return [...counts.values()].sort((a, b) => b.rows - a.rows);
}

/** The rows of an audit by their place in the data, where both are of the same data. */
export function estimatesByRow(
  rows: readonly AuditedRow[],
  { sourceRows, labels }: Pick<Dataset, 'sourceRows' | 'labels'>,
): (AuditedRow | undefined)[] {
  const byNumber = new Map(rows.map((row) => [row.row, row]));
  return Array.from(labels, (_, i) => byNumber.get((sourceRows?.[i] ?? i) + 1));
}
