import type { Html } from './html.ts';
import { html } from './html.ts';
import { duration, mishaps, percentSpread } from './numbers.ts';
import type { Cell, PageData, Spread } from './page-data.ts';

interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
  readonly text: (cell: Cell) => string;
  /** What the column sorts by; default: the text. */
  readonly value?: (cell: Cell) => number | undefined;
}

/** Every cell of the grid as a row. The page's script makes it sortable. */
export function resultsTable(page: PageData): Html {
  const columns = columnsOf(page);
  const best = bestCells(page);
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="results-caption">
<table class="sortable" data-filter="results">
<caption id="results-caption">Mean ± standard deviation over seeds (n − 1). In bold, the best mean test accuracy after the last epoch among the rows of the same data, network and noise.</caption>
<thead><tr>${columns.map(({ title, isNumber }) => html`<th scope="col"${isNumber === true && html` class="number"`}>${title}</th>`)}</tr></thead>
<tbody>${page.cells.map(
    (cell) => html`
<tr data-task="${cell.task}" data-noise="${cell.noise}"${best.has(cell) && html` class="best"`}>${columns.map((column) => entry(column, cell, best.has(cell)))}</tr>`,
  )}
</tbody></table></div>`;
}

function columnsOf({ tasks, noises, series }: PageData): Column[] {
  const share = (title: string, of: (cell: Cell) => Spread | undefined): Column => ({
    title: `${title} (%)`,
    isNumber: true,
    text: (cell) => percentSpread(of(cell)),
    value: (cell) => of(cell)?.mean,
  });
  return [
    { title: 'Loss', text: (cell) => series[cell.series] ?? '' },
    { title: 'Data · network', text: (cell) => tasks[cell.task] ?? '' },
    {
      title: 'Noise',
      text: (cell) => noises[cell.noise]?.spec ?? '',
    },
    {
      title: 'Runs',
      isNumber: true,
      text: (cell) => String(cell.done),
      value: (cell) => cell.done,
    },
    share('Test accuracy, last epoch', (cell) => cell.values.last),
    share('Test accuracy, chosen epoch', (cell) => cell.values.chosen),
    share('Memorised wrong labels', (cell) => cell.values.memorised),
    {
      title: 'Time of a run',
      isNumber: true,
      text: ({ seconds }) => (seconds === undefined ? '–' : duration(seconds)),
      value: ({ seconds }) => seconds,
    },
    { title: 'Remarks', text: mishaps },
  ];
}

function entry({ title, isNumber, text, value }: Column, cell: Cell, isBest: boolean): Html {
  if (title === 'Loss') return html`<th scope="row">${text(cell)}</th>`;
  const mark = isBest && title.includes('last epoch') && html`<span class="hidden"> (best)</span>`;
  const sortBy = value?.(cell);
  return html`<td${isNumber === true && html` class="number"`}${sortBy !== undefined && html` data-value="${sortBy}"`}>${text(cell)}${mark}</td>`;
}

/** Per data, network and noise, where two lines at least can be compared. */
function bestCells({ cells }: PageData): Set<Cell> {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    if (cell.values.last === undefined) continue;
    const key = `${cell.task} ${cell.noise}`;
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  const best = new Set<Cell>();
  for (const group of groups.values()) {
    const top = Math.max(...group.map((cell) => cell.values.last?.mean ?? 0));
    if (group.length < 2) continue;
    for (const cell of group) if (cell.values.last?.mean === top) best.add(cell);
  }
  return best;
}
