import type { ResultRow, RunRecord } from '../../experiments/index.ts';
import { aggregate } from '../../experiments/index.ts';
import { differenceText, nothing } from '../../experiments/results/number-texts.ts';
import type { Spread } from '../../experiments/results/statistics.ts';
import { dataName } from '../../experiments/results/tables.ts';
import { formatDuration, formatShare, formatShares, formatTable } from './format.ts';

/** Characters of a line that a wide terminal shows whole. */
const widest = 120;

/** The columns that a table of results may have; accuracies are means over the seeds, of the models that are kept. */
const columns = {
  data: { heading: 'data', cell: (row) => dataName(row.data) },
  model: { heading: 'model', cell: ({ model }) => model },
  noise: { heading: 'noise', cell: ({ noise }) => noise },
  loss: { heading: 'loss', cell: ({ label }) => label },
  scores: { heading: 'scores', cell: (row) => used(row, 'scores') },
  learningRate: { heading: 'rate', cell: (row) => used(row, 'learningRate') },
  weightDecay: { heading: 'decay', cell: (row) => used(row, 'weightDecay') },
  runs: { heading: 'runs', cell: ({ seeds }) => String(seeds.length) },
  testAccuracy: { heading: 'test accuracy', cell: accuracyCell },
  balanced: {
    heading: 'balanced',
    isKnown: ({ balanced }) => balanced !== undefined,
    cell: ({ balanced }) => shares(balanced),
  },
  majority: {
    heading: 'largest class',
    isKnown: ({ majority }) => majority !== undefined,
    cell: ({ majority }) => (majority === undefined ? nothing : formatShare(majority.mean)),
  },
  memorised: { heading: 'memorised', cell: ({ memorised }) => shares(memorised) },
  seconds: {
    heading: 'time',
    cell: ({ seconds }) => (seconds === undefined ? nothing : formatDuration(seconds.mean)),
  },
  againstCe: {
    heading: '− ce, points [95 %]',
    cell: ({ againstCe }) => differenceText(againstCe),
  },
} as const satisfies Record<string, Column>;

interface Column {
  readonly heading: string;
  readonly cell: (row: ResultRow) => string;
  /** The column is left out where this is true of no row. Default: it never is. */
  readonly isKnown?: (row: ResultRow) => boolean;
}

type ColumnName = keyof typeof columns;

/** Of one data set, model and noise: how losses compare, with the settings that they were trained with. */
const comparison: readonly ColumnName[] = [
  ...(['loss', 'scores', 'learningRate', 'weightDecay'] as const),
  ...(['testAccuracy', 'balanced', 'majority', 'memorised', 'seconds'] as const),
];

/**
 * Balanced accuracies of a grid are in its files and report: lines with them would be too long, except where they are what predictions
 * are best in.
 */
function ofGrid(records: readonly RunRecord[]): ColumnName[] {
  const isBalanced = records.some(
    ({ config: { training } }) => training.metric === 'balanced-accuracy',
  );
  return [
    ...(['data', 'model', 'noise', 'loss', 'runs', 'testAccuracy'] as const),
    ...(isBalanced ? (['balanced'] as const) : []),
    ...(['majority', 'memorised', 'seconds'] as const),
  ];
}

/** The losses of one command `train`, in the order in which they were given. */
export function comparisonTable(records: readonly RunRecord[], losses: readonly string[]): string {
  const rows = aggregate(records);
  const ordered = losses.flatMap((loss) => rows.filter((row) => row.loss === loss));
  return table(ordered, comparison);
}

/**
 * One line per data, model, noise, loss and settings, and its paired difference to `ce` with the 95 %
 * confidence interval, where there are such and the lines stay short enough.
 */
export function gridTable(records: readonly RunRecord[]): string {
  const rows = aggregate(records);
  const names = ofGrid(records);
  const plain = table(rows, names);
  if (rows.every(({ againstCe }) => againstCe === undefined)) return plain;
  const full = table(rows, [...names, 'againstCe']);
  return full.split('\n').every((line) => line.length <= widest) ? full : plain;
}

function table(rows: readonly ResultRow[], names: readonly ColumnName[]): string {
  const shown = names
    .map((name): Column => columns[name])
    .filter(({ isKnown }) => isKnown === undefined || rows.some(isKnown));
  return formatTable([
    shown.map(({ heading }) => heading),
    ...rows.map((row) => shown.map(({ cell }) => cell(row))),
  ]);
}

/** A setting as the first run that ended used it, defaults filled in. */
function used({ records }: ResultRow, setting: string): string {
  const done = records.find((record) => record.status === 'done');
  return String(done?.settings[setting] ?? nothing);
}

function accuracyCell({ last, seeds, diverged, failed }: ResultRow): string {
  const notes = [
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  if (seeds.length === 0 && failed === 0) return 'diverged';
  return notes.length === 0 ? shares(last) : `${shares(last)} (${notes.join(', ')})`;
}

function shares(spread: Spread | undefined): string {
  return formatShares(spread?.mean, spread?.std ?? 0, spread?.n ?? 0);
}
