import { stringify } from 'csv-stringify/sync';
import type { LabelScore } from '../../audit/index.ts';
import type { Dataset } from '../../data/index.ts';
import { rowIds, rowNumber } from '../../data/index.ts';
import { spreadsheetCell } from '../../io/index.ts';
import type { DatasetAudit } from '../../run/index.ts';
import { formatShare } from './format.ts';

/** What a list of suspects is made of. */
export interface ListedAudit {
  readonly audit: DatasetAudit;
  readonly data: Pick<Dataset, 'sourceRows' | 'rowIds'>;
  /** Who gave the probabilities, as reasons name it. */
  readonly model: string;
}

/** Scores of confident learning that are written beside each suspect. */
const scores: readonly LabelScore[] = [
  'selfConfidence',
  'normalizedMargin',
  'confidenceWeightedEntropy',
];

/** The suspects as CSV, the most suspect first; texts that a spreadsheet would run get an apostrophe before them. */
export function suspectsCsv(listed: ListedAudit): string {
  const { audit, data } = listed;
  const { classes, labels, suggested, pWrong, pSuggested, suspects, confident } = audit;
  const ids = (data.rowIds ?? []).map(({ name }) => name);
  const heading = [
    'row',
    ...ids,
    'given',
    'suggested',
    'pWrong',
    'pSuggested',
    ...scores,
    'reason',
  ];
  const lines = Array.from(suspects.rows, (row) => [
    ...[rowNumber(data, row), ...rowIds(data, row)],
    ...[classes[labels[row] as number], classes[suggested[row] as number]],
    ...[pWrong[row], pSuggested[row], ...scores.map((name) => confident.scores[name][row])],
    reasonOf(listed, row),
  ]);
  return stringify([heading, ...lines], { cast: { string: spreadsheetCell } });
}

/** Why a label is suspect, in words. */
export function reasonOf({ audit, model }: ListedAudit, row: number): string {
  const { classes, labels, suggested, calibrated, transition } = audit;
  const [given, other] = [labels[row] as number, suggested[row] as number];
  const p = (c: number) => formatShare(calibrated[row * classes.length + c] as number);
  const rate = formatShare(transition[other]?.[given] as number);
  return (
    `${model}: ${p(other)} ${classes[other]}, ${p(given)} ${classes[given]} as given; ` +
    `estimated: ${rate} of ${classes[other]} are labelled ${classes[given]}`
  );
}
