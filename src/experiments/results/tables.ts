import { canonical } from '../../run/run-id.ts';
import type { ResultRow } from './aggregate.ts';
import { isToOneOfSeveral, keptOf } from './aggregate.ts';
import { markedDifferenceText, nothing, significanceNote, spreadText } from './number-texts.ts';
import { compareLosses, compareNatural, compareNoises } from './order.ts';

export interface Cell {
  readonly text: string;
  /** The best of its column. */
  readonly isBest: boolean;
}

/** Losses down, noises across, for one data set and model. */
export interface ResultTable {
  readonly data: string;
  readonly model: string;
  /** What is measured. */
  readonly title: string;
  /** What the numbers mean. */
  readonly note: string;
  /** `loss`, then the noises. */
  readonly heading: readonly string[];
  readonly rows: readonly { readonly label: string; readonly cells: readonly Cell[] }[];
}

interface Measure {
  readonly title: string;
  readonly note: string | ((rows: readonly ResultRow[]) => string);
  readonly cell: (row: ResultRow) => string;
  readonly marksBest: boolean;
  /** Whether the title says what it is of, as `keptOf` has it. */
  readonly isOfKept?: true;
}

const pointsNote = `percentage points, mean and 95 % confidence interval (Student t); ${significanceNote}`;

const measures: readonly Measure[] = [
  {
    title: 'Test accuracy',
    note: 'percent, mean ± standard deviation over seeds; the best mean is marked',
    cell: (row) => withLosses(spreadText(row.last), row),
    marksBest: true,
    isOfKept: true,
  },
  {
    title: 'Test accuracy, epoch chosen on noisy validation labels',
    note: 'percent, mean ± standard deviation over seeds',
    cell: (row) => spreadText(row.chosen),
    marksBest: false,
  },
  {
    title: 'Balanced test accuracy',
    note: 'percent, the mean recall of the classes, mean ± standard deviation over seeds',
    cell: (row) => spreadText(row.balanced),
    marksBest: false,
  },
  {
    title: 'Memorised wrong labels',
    note: 'percent of the wrongly labelled training rows, mean ± standard deviation over seeds',
    cell: (row) => spreadText(row.memorised),
    marksBest: false,
  },
  {
    title: 'Difference to ce, seed by seed',
    note: (rows) =>
      rows.some(isToOneOfSeveral)
        ? `${pointsNote}; of several ce the one with the best mean of each column, found by the same test accuracies, which favours it`
        : pointsNote,
    cell: (row) => markedDifferenceText(row.againstCe),
    marksBest: false,
  },
  {
    title: 'Difference to the best baseline, seed by seed',
    note: `${pointsNote}; the baseline is the one with the best mean of each column, found by the same test accuracies, which favours it`,
    cell: (row) => markedDifferenceText(row.againstBaseline),
    marksBest: false,
  },
];

/**
 * The tables of results: for every data set and model the test accuracy and, where
 * they were measured, that of the chosen epoch, the memorised share and the differences.
 * @param rows of `aggregate`
 */
export function resultTables(rows: readonly ResultRow[]): ResultTable[] {
  const sections = [...new Set(rows.map(sectionOf))];
  return sections.flatMap((section) => {
    const own = rows.filter((row) => sectionOf(row) === section);
    return measures.flatMap((measure, i) => {
      const table = tableOf(own, measure);
      const isEmpty = table.rows.every(({ cells }) => cells.every(({ text }) => text === nothing));
      return i > 0 && isEmpty ? [] : [table];
    });
  });
}

function tableOf(
  rows: readonly ResultRow[],
  { title, note, cell, marksBest, isOfKept }: Measure,
): ResultTable {
  const { data, model } = rows[0] as ResultRow;
  const noises = [...new Set(rows.map(({ noise }) => noise))].sort(compareNoises);
  const first = new Map(rows.map((row) => [row.label, row]));
  // labels in the order of losses, whatever noise a loss is first met at
  const labels = [...first.values()]
    .sort((a, b) => compareLosses(a.loss, b.loss) || compareNatural(a.label, b.label))
    .map(({ label }) => label);
  return {
    data: dataName(data),
    model,
    title: isOfKept ? `${title}, ${keptOf(rows.flatMap(({ records }) => records))}` : title,
    note: typeof note === 'string' ? note : note(rows),
    heading: ['loss', ...noises],
    rows: labels.map((label) => ({
      label,
      cells: noises.map((noise) => {
        const row = rows.find((own) => own.label === label && own.noise === noise);
        return row === undefined
          ? { text: nothing, isBest: false }
          : { text: cell(row), isBest: marksBest && row.isBest };
      }),
    })),
  };
}

function sectionOf({ data, model }: ResultRow): string {
  return canonical({ data, model });
}

/** `cifar10`, `letters.csv, label column kind, 5000 rows`: the source, and what of it is used. */
export function dataName({ source, label, rows }: ResultRow['data']): string {
  return [
    source,
    ...(label === undefined ? [] : [`label column ${label}`]),
    ...(rows === undefined ? [] : [`${rows} rows`]),
  ].join(', ');
}

/** Says beside a mean how many runs it lacks: those that diverged are a result, too. */
function withLosses(text: string, { seeds, diverged, failed }: ResultRow): string {
  const total = seeds.length + diverged + failed;
  const lost = [
    ...(diverged > 0 ? [`${diverged} of ${total} diverged`] : []),
    ...(failed > 0 ? [`${failed} of ${total} failed`] : []),
  ].join(', ');
  if (lost === '') return text;
  return text === nothing ? lost : `${text} (${lost})`;
}
