import { show } from '../../core/index.ts';
import { rowIds, rowNumber } from '../../data/index.ts';
import { frequentConfusions } from '../../report/audit/confusions.ts';
import { healthLines, intervalText } from '../../report/audit/health-lines.ts';
import type { DatasetAudit } from '../../run/index.ts';
import { formatCount, formatShare, formatTable } from './format.ts';
import type { ListedAudit } from './suspects-file.ts';

/** Confusions and suspects that are printed. */
const [mostConfusions, mostSuspects] = [3, 10];

export interface Measuring {
  /** What the list is measured against; absent where the true labels are not known. */
  readonly against?: string | undefined;
  /** What the estimates are made from: `4 folds of models that …`. */
  readonly basis: string;
}

/** What an audit found, in lines. */
export function auditLines(listed: ListedAudit, { against, basis }: Measuring): string[] {
  const { audit } = listed;
  const { labels, wrongShare, confident, suspects } = audit;
  const interval = intervalText(audit.wrongShareInterval);
  return [
    `about ${formatShare(wrongShare)} of the ${formatCount(labels.length)} labels look wrong${interval && ` (${interval})`}: an estimate, from ${basis}; confident learning counts ${formatShare(1 - confident.health)}`,
    ...confusionLines(audit),
    ...healthLines(audit, against).map(({ text, isNote }) => (isNote ? `note: ${text}` : text)),
    ...(suspects.rows.length === 0 ? [] : ['', suspectsTable(listed), '']),
  ];
}

function confusionLines(audit: DatasetAudit): string[] {
  const { classes } = audit;
  const confusions = frequentConfusions(audit)
    .slice(0, mostConfusions)
    .map(
      ({ from, to, rate, rows }) =>
        `${show(classes[from])} labelled ${show(classes[to])}: ${formatShare(rate)} of its rows, about ${formatCount(Math.round(rows))}`,
    );
  if (confusions.length === 0) return [];
  return ['most frequent confusions (estimated):', ...confusions.map((line) => `  ${line}`)];
}

/** The first of the list. */
function suspectsTable({ audit, data }: ListedAudit): string {
  const { classes, labels, suggested, pWrong, suspects } = audit;
  const rows = suspects.rows.slice(0, mostSuspects);
  const ids = (data.rowIds ?? []).map(({ name }) => name);
  const cells = Array.from(rows, (row) => [
    ...[formatCount(rowNumber(data, row)), ...rowIds(data, row).map(cut)],
    ...[classes[labels[row] as number], classes[suggested[row] as number]].map((name) =>
      cut(name as string),
    ),
    formatShare(pWrong[row] as number),
  ]);
  const table = formatTable([['row', ...ids.map(cut), 'given', 'suggested', 'p(wrong)'], ...cells]);
  const more = suspects.rows.length - rows.length;
  return more === 0 ? table : `${table}\nand ${formatCount(more)} more`;
}

const cut = (text: string): string => (text.length > 30 ? `${text.slice(0, 29)}…` : text);
