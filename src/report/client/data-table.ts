import { element } from './dom.ts';
import { makeSortable } from './sort.ts';

export interface TableCell {
  readonly text: string;
  /** A remark below it. */
  readonly note?: string;
  /** What the column sorts by. */
  readonly value?: number | undefined;
  readonly isBest?: boolean;
}

export interface TableRow {
  readonly name: string;
  readonly cells: readonly TableCell[];
}

/** A sortable table of numbers behind a chart; the first column names the rows. */
export function dataTable(
  caption: string,
  head: readonly string[],
  rows: readonly TableRow[],
): HTMLElement {
  const table = element(
    'table',
    { class: 'sortable' },
    element('caption', {}, element('span', { class: 'caption' }, caption)),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...head.map((title, i) => element('th', { scope: 'col', class: i > 0 && 'number' }, title)),
      ),
    ),
    element('tbody', {}, ...rows.map(rowOf)),
  );
  makeSortable(table);
  return element(
    'div',
    { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': caption },
    table,
  );
}

function rowOf({ name, cells }: TableRow): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    ...cells.map(({ text, note = '', value, isBest = false }) =>
      element(
        'td',
        { class: isBest ? 'number best' : 'number', 'data-value': value },
        text,
        isBest ? element('span', { class: 'hidden' }, ' (best)') : undefined,
        note === '' ? undefined : element('div', { class: 'note' }, note),
      ),
    ),
  );
}
