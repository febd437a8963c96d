import { bestOf } from './best.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { duration, mishaps, percentSpread } from './numbers.ts';
import type { Cell, PageData, Spread } from './page-data.ts';

interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
  /** Default: yes. */
  readonly isShown?: boolean;
  readonly marksBest?: boolean;
  readonly text: (cell: Cell) => string;
  /** What the column sorts by; default: the text. */
  readonly value?: (cell: Cell) => number | undefined;
}

/** Every cell of the grid as a row. The page's script makes it sortable. */
export function resultsTable(page: PageData): Html {
  const columns = columnsOf(page).filter(({ isShown = true }) => isShown);
  const best = bestCells(page);
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="results-caption">
<table class="sortable" data-filter="results">
<caption><span class="caption" id="results-caption">Mean ± standard deviation over seeds (n − 1) of the runs that ended. In bold, the best mean test accuracy after the last epoch among rows of the same data, network and noise whose runs all ended.</span></caption>
<thead><tr>${columns.map(({ title, isNumber }) => html`<th scope="col"${isNumber === true && html` class="number"`}>${title}</th>`)}</tr></thead>
<tbody>${page.cells.map(
    (cell) => html`
<tr data-task="${String(cell.task)}" data-noise="${String(cell.noise)}">${columns.map((column) => entry(column, cell, best.has(cell)))}</tr>`,
  )}
</tbody></table></div>`;
}

function columnsOf({ tasks, noises, series, cells }: PageData): Column[] {
  const share = (title: string, of: (cell: Cell) => Spread | undefined): Column => ({
    title: `${title} (%)`,
    isNumber: true,
    isShown: cells.some((cell) => of(cell) !== undefined),
    text: (cell) => percentSpread(of(cell)),
    value: (cell) => of(cell)?.mean,
  });
  return [
    { title: 'Loss', text: (cell) => series[cell.series] ?? '' },
    {
      title: 'Data · network',
      isShown: tasks.length > 1,
      text: (cell) => tasks[cell.task] ?? '',
    },
    { title: 'Noise', text: (cell) => noises[cell.noise]?.spec ?? '' },
    {
      title: 'Runs',
      isNumber: true,
      text: (cell) => String(cell.done),
      value: (cell) => cell.done,
    },
    { ...share('Test accuracy, last epoch', (cell) => cell.values.last), marksBest: true },
    share('Test accuracy, chosen epoch', (cell) => cell.values.chosen),
    share('Memorised wrong labels', (cell) => cell.values.memorised),
    {
      title: 'Time of a run',
      isNumber: true,
      text: ({ seconds }) => (seconds === undefined ? '–' : duration(seconds)),
      value: ({ seconds }) => seconds,
    },
    { title: 'Remarks', isShown: cells.some((cell) => mishaps(cell) !== ''), text: mishaps },
  ];
}

function entry(column: Column, cell: Cell, isBest: boolean): Html {
  const text = column.text(cell);
  if (column.title === 'Loss') return html`<th scope="row">${text}</th>`;
  const isMarked = isBest && column.marksBest === true;
  const classes = [column.isNumber === true && 'number', isMarked && 'best'].filter(Boolean);
  const value = column.value?.(cell);
  return html`<td${classes.length > 0 && html` class="${classes.join(' ')}"`}${value !== undefined && html` data-value="${String(value)}"`}>${text}${isMarked && html`<span class="hidden"> (best)</span>`}</td>`;
}

/** Per data, network and noise, where there are two rows at least to compare. */
function bestCells({ cells }: PageData): Set<Cell> {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = `${cell.task} ${cell.noise}`;
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return new Set([...groups.values()].flatMap((group) => bestOf(group, 'last')));
}
