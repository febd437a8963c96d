import { isToOneOfSeveral } from '../experiments/results/aggregate.ts';
import {
  markedDifferenceText,
  nothing,
  significanceNote,
  spreadText,
} from '../experiments/results/number-texts.ts';
import type { PairedDifference } from '../experiments/results/statistics.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { duration, mishaps } from './numbers.ts';
import type { Cell, PageData, Spread } from './page-data.ts';

interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
  /** Default: yes. */
  readonly isShown?: boolean;
  readonly text: (cell: Cell) => string;
  /** What the column sorts by; default: the text. */
  readonly value?: (cell: Cell) => number | undefined;
  readonly isBest?: (cell: Cell) => boolean;
  /** What the number refers to: shown by a pointer, and read out. */
  readonly reference?: (cell: Cell) => string | undefined;
}

const caption = 'Mean ± standard deviation over seeds (n − 1) of the runs that ended.';
const notes = {
  kept: 'The kept model: that of the last epoch where the setting keep is last, of the best epoch on validation labels where it is best; of auto the average of its networks.',
  best: 'In bold: the best mean test accuracy among rows of the same data, network and noise. Rows that lost runs to divergence are passed over there, unless all did.',
  differences: `Differences of that accuracy are in percentage points: the mean over the seeds that both losses have and, from two such seeds on, its 95 % confidence interval by Student’s t over the differences seed by seed (paired). The mark ${significanceNote}.`,
  ce: 'Of several ce, others are compared with the one with the best mean on the same data, network and noise. It is found by the same test accuracies, which favours it.',
  baseline:
    'The best baseline is the loss with the best mean on the same data, network and noise among all but unhinged, sgce, alpha-mae, anchored and symmetrize, and auto, which chooses among all. It is found by the same test accuracies, which favours it.',
};

/** Every cell of the grid as a row, and notes below. The page's script makes it sortable. */
export function resultsTable(page: PageData): Html {
  const columns = columnsOf(page).filter(({ isShown = true }) => isShown);
  const hasBaseline = page.cells.some(({ againstBaseline }) => againstBaseline);
  const hasDifferences = hasBaseline || page.cells.some(({ againstCe }) => againstCe);
  const shown = [
    ...(page.kept === 'kept model' ? [notes.kept] : []),
    ...(page.cells.some(({ isBest }) => isBest) ? [notes.best] : []),
    ...(hasDifferences ? [notes.differences] : []),
    ...(page.cells.some(isToOneOfSeveral) ? [notes.ce] : []),
    ...(hasBaseline ? [notes.baseline] : []),
  ];
  return html`<div class="scroll wide" role="region" tabindex="0" aria-labelledby="results-caption">
<table class="sortable" data-filter="results"${shown.length > 0 && html` aria-describedby="results-notes"`}>
<caption><span class="caption" id="results-caption">${caption}</span></caption>
<thead><tr>${columns.map(({ title, isNumber }) => html`<th scope="col"${isNumber === true && html` class="number"`}>${title}</th>`)}</tr></thead>
<tbody>${page.cells.map(
    (cell) => html`
<tr data-task="${String(cell.task)}" data-noise="${String(cell.noise)}">${columns.map((column) => entry(column, cell))}</tr>`,
  )}
</tbody></table></div>
${shown.length > 0 && html`<ul class="note notes" id="results-notes">${shown.map((note) => html`<li>${note}</li>`)}</ul>`}`;
}

function columnsOf({ tasks, noises, series, cells, kept }: PageData): Column[] {
  const share = (title: string, of: (cell: Cell) => Spread | undefined): Column => ({
    title: `${title} (%)`,
    isNumber: true,
    isShown: cells.some((cell) => of(cell) !== undefined),
    text: (cell) => spreadText(of(cell)),
    value: (cell) => of(cell)?.mean,
  });
  const difference = (
    title: string,
    of: (cell: Cell) => PairedDifference | undefined,
    rest: Partial<Column> = {},
  ): Column => ({
    title: `${title} (points)`,
    isNumber: true,
    isShown: cells.some((cell) => of(cell) !== undefined),
    text: (cell) => markedDifferenceText(of(cell)),
    value: (cell) => of(cell)?.mean,
    ...rest,
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
    {
      ...share(`Test accuracy, ${kept}`, (cell) => cell.values.last),
      isBest: ({ isBest }) => isBest,
    },
    {
      ...share('Test accuracy, chosen epoch', (cell) => cell.values.chosen),
      isShown: cells.some(({ values: { last, chosen } }) => chosen && chosen.mean !== last?.mean),
    },
    share('Balanced accuracy', (cell) => cell.values.balanced),
    share('Largest class', (cell) => cell.values.majority),
    difference('Difference to ce', ({ againstCe }) => againstCe, {
      reference: (cell) => (isToOneOfSeveral(cell) ? cell.againstCe?.label : undefined),
    }),
    difference('Difference to the best baseline', ({ againstBaseline }) => againstBaseline, {
      text: ({ isBestBaseline, againstBaseline }) =>
        isBestBaseline ? 'best baseline' : markedDifferenceText(againstBaseline),
      reference: ({ againstBaseline }) => againstBaseline?.label,
    }),
    share('Memorised wrong labels', (cell) => cell.values.memorised),
    {
      title: 'Time of a run',
      isNumber: true,
      text: ({ seconds }) => (seconds === undefined ? nothing : duration(seconds)),
      value: ({ seconds }) => seconds,
    },
    { title: 'Remarks', isShown: cells.some((cell) => mishaps(cell) !== ''), text: mishaps },
  ];
}

function entry(column: Column, cell: Cell): Html {
  const text = column.text(cell);
  if (column.title === 'Loss') return html`<th scope="row">${text}</th>`;
  const isBest = column.isBest?.(cell) === true;
  const reference = column.reference?.(cell);
  const classes = [column.isNumber === true && 'number', isBest && 'best'].filter(Boolean);
  const value = column.value?.(cell);
  return html`<td${classes.length > 0 && html` class="${classes.join(' ')}"`}${value !== undefined && html` data-value="${String(value)}"`}${reference !== undefined && html` title="to ${reference}"`}>${text}${isBest && html`<span class="hidden"> (best)</span>`}${reference !== undefined && html`<span class="hidden"> to ${reference}</span>`}</td>`;
}
