import { stringify } from 'csv-stringify/sync';
import type { LabelScore } from '../../audit/index.ts';
import type { WrittenColumn } from '../../data/formats/index.ts';
import { parquetBytes } from '../../data/formats/index.ts';
import type { Dataset } from '../../data/index.ts';
import { rowNumber } from '../../data/index.ts';
import { spreadsheetCell } from '../../io/index.ts';
import type { DatasetAudit } from '../../run/index.ts';
import { predictedClasses } from '../../train/metrics.ts';
import { withDistinctNames } from './distinct-names.ts';
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

/** The list of suspects, the most suspect first, by columns. */
export function suspectColumns(listed: ListedAudit): WrittenColumn[] {
  const { audit, data } = listed;
  const { classes, labels, suggested, pWrong, pSuggested, suspects, confident } = audit;
  const rows = Array.from(suspects.rows);
  const integers = (name: string, of: (row: number) => number): WrittenColumn => ({
    ...{ name, type: 'integer', values: rows.map(of) },
  });
  const doubles = (name: string, values: ArrayLike<number>): WrittenColumn => ({
    ...{ name, type: 'double', values: rows.map((row) => values[row] as number) },
  });
  const texts = (name: string, of: (row: number) => string): WrittenColumn => ({
    ...{ name, type: 'text', values: rows.map(of) },
  });
  return [
    integers('row', (row) => rowNumber(data, row)),
    ...(data.rowIds ?? []).map(({ name, values }) => texts(name, (row) => values[row] as string)),
    texts('given', (row) => classes[labels[row] as number] as string),
    texts('suggested', (row) => classes[suggested[row] as number] as string),
    doubles('pWrong', pWrong),
    doubles('pSuggested', pSuggested),
    ...scores.map((name) => doubles(name, confident.scores[name])),
    ...(audit.neighbours
      ? [
          integers('nearestGiven', (row) => nearestOf(audit, row)[0]),
          integers('nearestSuggested', (row) => nearestOf(audit, row)[1]),
        ]
      : []),
    ...(audit.trainingProbs
      ? [doubles('givenInTraining', ofGiven(audit, audit.trainingProbs))]
      : []),
    ...memoryColumns(audit),
    texts('reason', (row) => reasonOf(listed, row)),
  ];
}

/** Such columns as CSV; texts that a spreadsheet would run get an apostrophe before them. */
export function suspectsCsv(columns: readonly WrittenColumn[]): string {
  const lines = Array.from({ length: columns[0]?.values.length ?? 0 }, (_, i) =>
    columns.map(({ values }) => values[i]),
  );
  const heading = columns.map(({ name }) => name);
  return stringify([heading, ...lines], { cast: { string: spreadsheetCell } });
}

/** The same as Parquet, with the texts as they are. A name that is there already, in other case too, gets a number. */
export function suspectsParquet(columns: readonly WrittenColumn[]): Promise<Uint8Array> {
  return parquetBytes(withDistinctNames(columns));
}

/** What probabilities [n, k] say of the given labels. */
function ofGiven({ labels, classes }: DatasetAudit, probs: Float64Array): Float64Array {
  return Float64Array.from(labels, (label, row) => probs[row * classes.length + label] as number);
}

/** How many of the nearest rows have the given label of a row, and the suggested one. */
function nearestOf({ neighbours, classes, labels, suggested }: DatasetAudit, row: number) {
  const votes = (c: number) => neighbours?.votes[row * classes.length + c] ?? 0;
  return [votes(labels[row] as number), votes(suggested[row] as number)] as const;
}

/** What the memory of the loss says of the suspects; no columns without such a memory. */
function memoryColumns({ memoryProbs, classes, suspects }: DatasetAudit): WrittenColumn[] {
  if (memoryProbs === undefined) return [];
  const all = Array.from(suspects.rows, (row) => remembered(memoryProbs, classes, row));
  return [
    { name: 'memoryClass', type: 'text', values: all.map(({ name }) => name) },
    { name: 'memoryProb', type: 'double', values: all.map(({ p }) => p) },
  ];
}

/** The class that the memory of the loss says of a row, of equal ones the first, and its probability. */
function remembered(memoryProbs: Float64Array, classes: readonly string[], row: number) {
  const k = classes.length;
  const own = memoryProbs.subarray(row * k, (row + 1) * k);
  const [c = 0] = predictedClasses(own, k);
  return { name: classes[c] as string, p: own[c] as number };
}

/** Why a label is suspect, in words. */
export function reasonOf({ audit, model }: ListedAudit, row: number): string {
  const { classes, labels, suggested, calibrated, trainingProbs, memoryProbs } = audit;
  const [given, other] = [labels[row] as number, suggested[row] as number];
  const p = (c: number, probs = calibrated) =>
    formatShare(probs[row * classes.length + c] as number);
  const [own, others] = nearestOf(audit, row);
  const nearest = audit.neighbours
    ? `${others} of the ${audit.neighbours.count} nearest rows are labelled ${classes[other]}, ${own} ${classes[given]}; `
    : '';
  const learnt = trainingProbs
    ? `models trained with it say: ${classes[given]} ${p(given, trainingProbs)}, on average over their epochs; `
    : '';
  const memory = memoryProbs && remembered(memoryProbs, classes, row);
  const came =
    memory?.name === classes[given]
      ? 'the memory of their loss kept the label'
      : 'by the memory of their loss they came to say';
  const kept = memory ? `${came}: ${memory.name} ${formatShare(memory.p)}; ` : '';
  return (
    `${model}: ${classes[other]} ${p(other)}, ${classes[given]} (as given) ${p(given)}; ${learnt}${kept}${nearest}` +
    `estimated: ${noiseOf(audit, given, other)}`
  );
}

/** How often rows of the one class get the label of the other. */
function noiseOf({ classes, transition, noiseRate }: DatasetAudit, given: number, other: number) {
  return noiseRate === undefined
    ? `${formatShare(transition[other]?.[given] as number)} of ${classes[other]} are labelled ${classes[given]}`
    : `${formatShare(noiseRate)} of labels are wrong, one rate for all classes`;
}
