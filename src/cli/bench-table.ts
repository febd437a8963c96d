import type { ResultRow, RunRecord } from '../experiments/index.ts';
import { aggregate } from '../experiments/index.ts';
import { differenceText, nothing } from '../experiments/number-texts.ts';
import type { Spread } from '../experiments/statistics.ts';
import { dataName } from '../experiments/tables.ts';
import { formatDuration, formatShares, formatTable } from './format.ts';

/** Characters of a line that a wide terminal shows whole. */
const widest = 120;

/**
 * One line per data, model, noise, loss and settings: test accuracy after the last epoch over the
 * seeds, and its paired difference to `ce` with the 95 % confidence interval, where there are such and the
 * lines stay short enough.
 */
export function benchTable(records: readonly RunRecord[]): string {
  const rows = aggregate(records);
  const plain = table(rows, []);
  if (rows.every(({ againstCe }) => againstCe === undefined)) return plain;
  const full = table(rows, [
    ['− ce, points [95 %]', ...rows.map(({ againstCe }) => differenceText(againstCe))],
  ]);
  return full.split('\n').every((line) => line.length <= widest) ? full : plain;
}

/** @param more further columns, each with its heading */
function table(rows: readonly ResultRow[], more: readonly (readonly string[])[]): string {
  const heading = ['data', 'model', 'noise', 'loss', 'runs', 'test accuracy', 'memorised', 'time'];
  const lines = [heading, ...rows.map(cellsOf)];
  return formatTable(lines.map((line, i) => [...line, ...more.map((column) => column[i] ?? '')]));
}

function cellsOf(row: ResultRow): string[] {
  const { data, model, noise, label, seeds, diverged, failed } = row;
  const notes = [
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  const accuracy = shares(row.last);
  return [
    dataName(data),
    model,
    noise,
    label,
    String(seeds.length),
    notes.length === 0 ? accuracy : `${accuracy} (${notes.join(', ')})`,
    shares(row.memorised),
    row.seconds === undefined ? nothing : formatDuration(row.seconds.mean),
  ];
}

function shares(spread: Spread | undefined): string {
  return formatShares(spread?.mean, spread?.std ?? 0, spread?.n ?? 0);
}
