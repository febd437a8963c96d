import { element } from './dom.ts';

/**
 * Makes the columns of a table sortable: each heading becomes a button, `aria-sort` says what holds.
 * Numbers (`data-value`) come largest first, texts from A; a second press reverses. Cells without a
 * value stay last either way; rows that are equal keep their order.
 */
export function makeSortable(table: HTMLTableElement): void {
  const headings = [...table.querySelectorAll<HTMLTableCellElement>('thead th')];
  for (const [column, heading] of headings.entries()) {
    const button = element('button', { type: 'button', class: 'sort' });
    button.append(
      ...heading.childNodes,
      element('span', { class: 'arrow', 'aria-hidden': 'true' }),
    );
    heading.append(button);
    button.addEventListener('click', () => {
      const isNumber = heading.classList.contains('number');
      const now = heading.getAttribute('aria-sort');
      const first = isNumber ? 'descending' : 'ascending';
      const second = isNumber ? 'ascending' : 'descending';
      const order = now === first ? second : first;
      for (const other of headings) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', order);
      sortRows(table, column, isNumber, order === 'ascending' ? 1 : -1);
    });
  }
}

function sortRows(table: HTMLTableElement, column: number, isNumber: boolean, sign: 1 | -1): void {
  const body = table.tBodies[0];
  if (body === undefined) return;
  const keyed = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column], isNumber) }));
  keyed.sort((a, b) => {
    if (a.key === undefined || b.key === undefined) {
      return Number(a.key === undefined) - Number(b.key === undefined);
    }
    return sign * compare(a.key, b.key);
  });
  body.append(...keyed.map(({ row }) => row));
}

function keyOf(
  cell: HTMLTableCellElement | undefined,
  isNumber: boolean,
): string | number | undefined {
  if (!isNumber) return cell?.textContent || undefined;
  return cell?.dataset.value === undefined ? undefined : Number(cell.dataset.value);
}

/** `symmetric:0.2` before `symmetric:0.4`, `mlp:64` before `mlp:256`. */
const collator = new Intl.Collator('en', { numeric: true });

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : collator.compare(String(a), String(b));
}
