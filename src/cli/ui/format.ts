import { oneLine } from '../../core/index.ts';
import { percent } from '../../experiments/results/number-texts.ts';
/** `1797` → `1,797` */
export function formatCount(n: number): string {
  return n.toLocaleString('en-US');
}

/** `0.8912` → `89.1 %` */
export function formatShare(share: number): string {
  return `${percent(share)} %`;
}

/** `89.1 ± 1.2 %`; without a deviation for a single value, `–` for none. */
export function formatShares(mean: number | undefined, std: number, count: number): string {
  if (mean === undefined || Number.isNaN(mean)) return '–';
  return count < 2 ? formatShare(mean) : `${percent(mean)} ± ${percent(std)} %`;
}

/** `0.4 s`, `75 s`, `12 min`, `3 h 5 min` */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Rows of cells as aligned columns, the first row a heading; no trailing blanks. A row is one line, whatever is in its cells. */
export function formatTable(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map((cell) => oneLine(cell)));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
