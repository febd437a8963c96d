import { show } from '../../core/index.ts';
import type { Dataset } from '../../data/index.ts';
import type { Corrections, Gain, LabelMeasure } from '../../review/index.ts';
import { labelChanges } from '../../review/index.ts';
import { formatCount, formatShare, formatTable } from './format.ts';

/** Changes of labels that are printed. */
const mostChanges = 10;

const rowsText = (n: number): string => (n === 1 ? '1 row' : `${formatCount(n)} rows`);

/** What becomes of the labels, in lines. */
export function correctionLines(
  data: Pick<Dataset, 'labels' | 'classes' | 'trueLabels'>,
  corrections: Corrections,
): string[] {
  const { changed, dropped, reviewed, weights, notices } = corrections;
  const kept = [...changed].filter(([row]) => !dropped.has(row));
  const by = (entries: Iterable<readonly [number, string]>, who: string) =>
    [...entries].filter(([, own]) => own === who).length;
  const parts = (entries: readonly (readonly [number, string])[]) =>
    entries.length === 0
      ? ''
      : `: ${formatCount(by(entries, 'reviewer'))} by reviewers, ${formatCount(by(entries, 'rule'))} by rule`;
  const isWeighted = (_: number, row: number) => !reviewed.has(row) && !dropped.has(row);
  const weighted = data.labels.filter(isWeighted).length;
  return [
    ...notices,
    ...(reviewed.size > 0 ? [`reviewed: ${rowsText(reviewed.size)}`] : []),
    `relabelled: ${rowsText(kept.length)} of ${formatCount(data.labels.length)}${parts(kept)}`,
    ...(dropped.size > 0 ? [`left out: ${rowsText(dropped.size)}${parts([...dropped])}`] : []),
    ...(weights === undefined
      ? []
      : [`weighted: ${rowsText(weighted)} by the probability that the label is right`]),
    ...emptyClasses(data, corrections),
    ...truthLines(data, corrections),
    ...(kept.length === 0 ? [] : ['', changesTable(data, corrections)]),
  ];
}

function changesTable(data: Pick<Dataset, 'labels' | 'classes'>, corrections: Corrections): string {
  const changes = labelChanges(data, corrections);
  const rows = changes
    .slice(0, mostChanges)
    .map(({ given, label, rows: count }) => [given, label, formatCount(count)]);
  const others = changes.slice(mostChanges);
  const table = formatTable([['given', 'now', 'rows'], ...rows]);
  if (others.length === 0) return table;
  const left = others.reduce((sum, { rows: count }) => sum + count, 0);
  return `${table}\nand ${rowsText(left)} in ${formatCount(others.length)} other ways`;
}

/** How many labels are wrong, where that is known. */
function truthLines(
  { labels: before, trueLabels }: Pick<Dataset, 'labels' | 'trueLabels'>,
  { labels, dropped }: Corrections,
): string[] {
  if (trueLabels === undefined) return [];
  const wrong = before.filter((label, row) => label !== trueLabels[row]).length;
  const left = labels.filter((label, row) => !dropped.has(row) && label !== trueLabels[row]);
  return [
    `measured against the true labels: ${formatCount(wrong)} were wrong before, ${formatCount(left.length)} are now`,
  ];
}

/** Classes that had rows, and have none now. */
function emptyClasses(
  { labels: before, classes }: Pick<Dataset, 'labels' | 'classes'>,
  { labels, dropped }: Corrections,
): string[] {
  const had = new Set(before);
  const has = new Set(labels.filter((_, row) => !dropped.has(row)));
  const gone = [...had].filter((label) => !has.has(label)).map((label) => show(classes[label]));
  return gone.length === 0 ? [] : [`note: no row is left of ${gone.join(', ')}`];
}

/** What the corrections are worth, in lines. */
export function comparisonLines(text: Gain): string[] {
  const { comparison, seeds, loss, testName } = text;
  const { rows, measures, gain } = comparison;
  const tested =
    testName === undefined
      ? `the other ${rowsText(rows.test)}`
      : `${rowsText(rows.test)} of ${testName}`;
  const names: Readonly<Record<LabelMeasure['against'], string>> = {
    trueLabels: text.truth,
    given: 'test labels as given',
    reviewed: 'test labels as reviewed',
    corrected: 'test labels as corrected *',
  };
  const points = (value: number) => (100 * value).toFixed(1);
  const cells = measures.map(({ against, rows: count, before, after, difference }) => [
    names[against],
    formatCount(count),
    formatShare(before),
    formatShare(after),
    signed(points(difference.mean)),
    difference.interval === undefined ? '–' : difference.interval.map(points).join(' to '),
  ]);
  return [
    `trained ${seeds === 1 ? 'once' : `with ${seeds} seeds`} on ${rowsText(rows.train)}, loss ${loss}, with the labels before and after: ${formatCount(rows.changed)} of them ${rows.changed === 1 ? 'is' : 'are'} different${rows.dropped > 0 ? `, ${rowsText(rows.dropped)} left out` : ''}`,
    `tested on ${tested}`,
    ...text.repeats,
    '',
    formatTable([['accuracy on', 'rows', 'before', 'after', 'gain', '95 % interval'], ...cells]),
    '',
    ...(measures.some(({ against }) => against === 'corrected')
      ? [
          '* circular: models like these made those labels, so that this row does not tell what was gained',
        ]
      : []),
    gainLine(gain, text),
    ...wrongLines(text),
  ];
}

function gainLine({ against, difference: { mean, interval } }: LabelMeasure, text: Gain): string {
  const on =
    against === 'trueLabels' ? text.truth : 'the test labels as given, which no correction touched';
  const points = `${signed((100 * mean).toFixed(1))} points of accuracy on ${on}`;
  if (interval === undefined) return `gain: ${points}`;
  const isNone = interval[0] <= 0 && interval[1] >= 0;
  return `gain: ${points}${isNone ? '; the interval contains 0: it may be none' : ''}`;
}

function wrongLines({ comparison, wrongShare, testName, classCount: k }: Gain): string[] {
  if (comparison.gain.against === 'trueLabels') return [];
  if (wrongShare === undefined)
    return [`the labels of ${testName} were not audited, and may be wrong, too`];
  const factor = 1 - (wrongShare * k) / (k - 1);
  const smaller =
    factor > 0 && factor < 1
      ? `: where they are wrong for all classes alike, this gain is about ${factor.toFixed(2)} times that on right labels; otherwise it may even have the other sign`
      : '';
  return [`about ${formatShare(wrongShare)} of the test labels look wrong (estimated)${smaller}`];
}

function signed(text: string): string {
  return text.startsWith('-') ? text : `+${text}`;
}
