/** `1 run`, `2 runs` */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** `1 loss`, `2 losses` */
export const lossCount = (n: number): string => `${n} ${n === 1 ? 'loss' : 'losses'}`;

/** A line as a sentence: `two rows` → `Two rows.` */
export function sentence(line: string): string {
  return `${line.slice(0, 1).toUpperCase()}${line.slice(1)}.`;
}

/** `4.1 s`, `12 min`, `3.4 h` */
export function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** What the seeds of a cell leave unsaid: `1 of 3 runs diverged`; empty where all ended well. */
export function mishaps(cell: {
  readonly done: number;
  readonly diverged: number;
  readonly failed: number;
}): string {
  const total = cell.done + cell.diverged + cell.failed;
  const notes = [
    cell.diverged > 0 && `${cell.diverged} of ${count(total, 'run')} diverged`,
    cell.failed > 0 && `${cell.failed} of ${count(total, 'run')} failed`,
  ];
  return notes.filter((note) => note !== false).join(', ');
}
