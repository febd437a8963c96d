import type { Html } from './html.ts';
import { html } from './html.ts';

/** A square table of classes by classes, coloured where it is off its diagonal. */
export interface HeatMap {
  readonly caption: string;
  /** What the region that scrolls is called. */
  readonly label: string;
  readonly classes: readonly string[];
  /** Over the first column; what a row and a column are. */
  readonly corner: string;
  readonly columnsAre: string;
  /** Rows of each class. */
  readonly rows: readonly number[];
  /** `[row][column]`, from 0 on; the colour is by them. */
  readonly shares: readonly (readonly number[])[];
  readonly text: (row: number, column: number) => string;
}

/** The table; the stronger the colour of a cell, the larger its share among those off the diagonal. */
export function heatMap(map: HeatMap): Html {
  const { caption, label, classes, corner, columnsAre, rows, shares, text } = map;
  const most = Math.max(...shares.flatMap((row, i) => row.filter((_, j) => j !== i)));
  const cell = (share: number, i: number, j: number) => {
    if (i === j) return html`<td class="number right">${text(i, j)}</td>`;
    const heat = most > 0 ? Math.round((100 * share) / most) : 0;
    return html`<td class="number heat" style="--heat: ${`${heat}`}%">${text(i, j)}</td>`;
  };
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table class="map">
<caption><span class="caption">${caption}</span></caption>
<thead><tr><td>${corner}</td><th scope="col" class="number">rows</th>${classes.map((name) => html`<th scope="col" class="number"><span class="hidden">${columnsAre} </span>${name}</th>`)}</tr></thead>
<tbody>${classes.map(
    (name, i) => html`
<tr><th scope="row">${name}</th><td class="number">${(rows[i] as number).toLocaleString('en-US')}</td>${(shares[i] as readonly number[]).map((share, j) => cell(share, i, j))}</tr>`,
  )}
</tbody></table></div>`;
}
