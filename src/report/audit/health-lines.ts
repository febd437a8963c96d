import { suspectsOf } from '../../audit/index.ts';
import { formatNames, show } from '../../core/index.ts';
import { nothing, percent } from '../../experiments/results/number-texts.ts';
import type { DatasetAudit } from '../../run/index.ts';
import { auditLoss } from '../../run/index.ts';
import { count } from '../numbers.ts';

/** From this mean doubt on lists were less right than expected in our measurements, see docs/results/audit.md. */
const muchDoubt = 0.08;

/** Names of classes in a line, at most. */
const mostNames = 5;

/** A line of what an audit says of the labels; a note is a limit of it. Plain text without a full stop. */
export interface HealthLine {
  readonly text: string;
  readonly isNote: boolean;
}

/**
 * What follows the estimate of how many labels are wrong, in the terminal and in the page alike.
 * @param against what the list was measured against. Default: the true labels
 */
export function healthLines(audit: DatasetAudit, against = 'the true labels'): HealthLine[] {
  const { suspects, measured, confident, givenUp, noiseRate, doubt } = audit;
  const note = (text: string): HealthLine => ({ text, isNote: true });
  const said = (text: string): HealthLine => ({ text, isNote: false });
  return [
    ...(givenUp.length > 0 ? [note(givenUpText(givenUp))] : []),
    ...(noiseRate === undefined ? [] : [note(oneRateText(noiseRate))]),
    ...confident.notices.map(note),
    said(listText(audit)),
    ...(doubt >= muchDoubt ? [note(doubtText(doubt, suspects.rows.length > 0))] : []),
    ...(measured === undefined ? [] : [said(measuredText(measured, against))]),
  ];
}

/** That nothing is known of single pairs of classes. @param noiseRate `DatasetAudit.noiseRate` */
export function oneRateText(noiseRate: number): string {
  return `the noise was estimated as one rate for all classes, ${share(noiseRate)}: a rate for each pair of classes takes more rows, or fewer classes`;
}

/** `95 % interval 18.4 % to 24.0 %`; nothing where both ends are the same in print. */
export function intervalText(interval: DatasetAudit['precisionInterval']): string {
  const [from, to] = interval?.map(share) ?? [];
  return from === to ? '' : `95 % interval ${from} to ${to}`;
}

function givenUpText(givenUp: readonly string[]): string {
  const names = formatNames(givenUp.map(show), mostNames);
  return `models of ${auditLoss} never said ${names}, so that all these labels looked wrong; the models are of another loss, which learns them`;
}

function listText({ suspects, precisionInterval, pWrong }: DatasetAudit): string {
  const size = suspects.rows.length;
  if (size === 0) return `no label is suspect enough for the list${longerList(pWrong)}`;
  const interval = intervalText(precisionInterval);
  const between = interval && ` (${interval})`;
  const expected = share(suspects.expectedPrecision);
  return size === 1
    ? `1 suspect, which is wrong with a probability of ${expected}${between}: an estimate, too`
    : `${count(size, 'suspect')}, of which ${expected} are expected to be wrong${between}: an estimate, too`;
}

/** The precision of the list of all rows that are more probably wrong than right; nothing where there is none. */
function longerList(pWrong: Float64Array): string {
  const { rows, expectedPrecision } = suspectsOf(pWrong, 0);
  if (rows.length === 0) return '';
  const precision = Math.floor(100 * expectedPrecision) / 100;
  return `; --precision ${precision} lists ${count(rows.length, 'row')}`;
}

/** @param hasList whether there are suspects */
function doubtText(doubt: number, hasList: boolean): string {
  const hard = `many rows are hard to classify (the most probable class is expected to be wrong for ${share(doubt)} of them), and a hard row looks like one with a wrong label`;
  return hasList
    ? `${hard}: fewer of the suspects may be wrong than stated, in our measurements often by 10 to 30 points`
    : `${hard}: so wrong labels among them cannot be told`;
}

function measuredText(
  { wrong, precision, recall, averagePrecision }: NonNullable<DatasetAudit['measured']>,
  against: string,
): string {
  return `measured against ${against}: ${count(wrong, 'label')} ${wrong === 1 ? 'is' : 'are'} wrong; precision ${share(precision)}, recall ${share(recall)} of the list; average precision ${share(averagePrecision)} of the ranking`;
}

const share = (value: number): string => (Number.isNaN(value) ? nothing : `${percent(value)} %`);
