import { show } from '../../core/index.ts';
import { rowIds, rowNumber } from '../../data/index.ts';
import type { DatasetAudit } from '../../run/index.ts';
import { auditLoss } from '../../run/index.ts';
import { formatCount, formatNames, formatShare, formatTable } from './format.ts';
import type { ListedAudit } from './suspects-file.ts';

/** From this mean doubt on lists were less right than expected in our measurements, see docs/results/audit.md. */
const muchDoubt = 0.08;

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
  const { labels, wrongShare, confident, suspects, measured } = audit;
  const size = suspects.rows.length;
  return [
    `about ${formatShare(wrongShare)} of the ${formatCount(labels.length)} labels look wrong${between(audit.wrongShareInterval)}: an estimate, from ${basis}; confident learning counts ${formatShare(1 - confident.health)}`,
    ...(audit.noiseRate === undefined ? confusionLines(audit) : []),
    ...(audit.givenUp.length > 0
      ? [
          `note: models of ${auditLoss} never said ${some(audit.givenUp)}, so that all these labels looked wrong; the models are of another loss, which learns them`,
        ]
      : []),
    ...(audit.noiseRate === undefined
      ? []
      : [
          `note: the noise was estimated as one rate for all classes, ${formatShare(audit.noiseRate)}: a rate for each pair of classes takes more rows, or fewer classes`,
        ]),
    ...confident.notices.map((notice) => `note: ${notice}`),
    size === 0
      ? 'no label is suspect enough for the list'
      : `${formatCount(size)} suspects, of which ${formatShare(suspects.expectedPrecision)} are expected to be wrong${between(audit.precisionInterval)}: an estimate, too`,
    ...(size > 0 && audit.doubt >= muchDoubt
      ? [
          `note: many rows are hard to classify (the most probable class is expected to be wrong for ${formatShare(audit.doubt)} of them), and a hard row looks like one with a wrong label: fewer of the suspects may be wrong than stated, in our measurements often by 10 to 30 points`,
        ]
      : []),
    ...(measured === undefined || against === undefined
      ? []
      : [
          `measured against ${against}: ${formatCount(measured.wrong)} labels are wrong; precision ${share(measured.precision)}, recall ${share(measured.recall)} of the list; average precision ${share(measured.averagePrecision)} of the ranking`,
        ]),
    ...(size === 0 ? [] : ['', suspectsTable(listed), '']),
  ];
}

/** What else a share may be, unless it is the same in print. */
function between(interval: DatasetAudit['precisionInterval']): string {
  const [from, to] = interval?.map(formatShare) ?? [];
  return from === to ? '' : ` (95 % interval ${from} to ${to})`;
}

/** Names in a line, at most. */
const mostNames = 5;

function some(names: readonly string[]): string {
  return formatNames(names.map(show), mostNames);
}

const share = (value: number): string => (Number.isNaN(value) ? '–' : formatShare(value));

function confusionLines({ classes, labels, py, transition }: DatasetAudit): string[] {
  const n = labels.length;
  const confusions = transition
    .flatMap((row, from) =>
      row.map((rate, to) => ({ from, to, rate, rows: n * (py[from] as number) * rate })),
    )
    .filter(({ from, to, rows }) => from !== to && rows >= 0.5)
    .sort((a, b) => b.rows - a.rows)
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
