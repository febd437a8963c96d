import { nothing, percent } from '../experiments/results/number-texts.ts';
import { Html, html } from './html.ts';

/** A number as it is written, and what it is sorted by. */
export interface NumberText {
  readonly text: string;
  readonly value: number;
}

export type Entry = string | number | NumberText | Html;

/** A share as a percentage; a dash where there is none. */
export function share(value: number | undefined): NumberText {
  return value === undefined
    ? { text: nothing, value: Number.NaN }
    : { text: percent(value), value };
}

export interface TableOptions {
  /** Whether the page's script makes columns sortable. Default: no. */
  readonly isSortable?: boolean;
  /** Whether it may be wider than the text, where the screen is. Default: no. */
  readonly isWide?: boolean;
}

/** A table whose first column names the rows, in a region that scrolls. Numbers stand to the right. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly Entry[])[],
  { isSortable = false, isWide = false }: TableOptions = {},
): Html {
  const isNumbers = head.map((_, i) => isSortable && numberOf(rows[0]?.[i] ?? '') !== undefined);
  return html`<div class="scroll${isWide && ' wide'}" role="region" tabindex="0" aria-label="${caption}"><table${isSortable && html` class="sortable"`}>
<caption><span class="caption">${caption}</span></caption>
<thead><tr>${head.map((title, i) => html`<th scope="col"${isNumbers[i] === true && html` class="number"`}>${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) => html`
<tr><th scope="row">${contentOf(first ?? '')}</th>${rest.map((entry) => cell(entry, isSortable))}</tr>`,
  )}
</tbody></table></div>`;
}

function cell(entry: Entry, isSortable: boolean): Html {
  const number = numberOf(entry);
  return html`<td${number && html` class="number"`}${number && isSortable && html` data-value="${JSON.stringify(number.value)}"`}>${number?.text ?? contentOf(entry)}</td>`;
}

function numberOf(entry: Entry): NumberText | undefined {
  if (typeof entry === 'number') return { text: JSON.stringify(entry), value: entry };
  return typeof entry === 'string' || entry instanceof Html ? undefined : entry;
}

function contentOf(entry: Entry): string | Html {
  const number = numberOf(entry);
  return number === undefined ? (entry as string | Html) : number.text;
}
