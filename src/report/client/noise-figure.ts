import { bestOf } from '../../experiments/results/best.ts';
import { nothing, percent, spreadText } from '../../experiments/results/number-texts.ts';
import { lossCount, mishaps } from '../numbers.ts';
import type { PageData } from '../page-data.ts';
import type { TableRow } from './data-table.ts';
import { dataTable } from './data-table.ts';
import { chartFigure } from './figure.ts';
import type { Line } from './line-chart.ts';
import { lineChart } from './line-chart.ts';
import { mishapNote, spreadNote } from './seeds.ts';
import { styleOf } from './styles.ts';
import type { View } from './view.ts';
import { cellAt, levelName, levelOf, levelsOf, quantityName } from './view.ts';

/** The chosen quantity over the noise rate, a line for each loss, and the same as a table. */
export function noiseFigure(page: PageData, view: View, width: number): HTMLElement {
  const { task, kind, quantity } = view;
  const levels = levelsOf(page, task, kind);
  const isRated = levels.every((noise) => levelOf(page, noise).rate !== undefined);
  const places = levels.map((noise, i) => 100 * (isRated ? (levelOf(page, noise).rate ?? 0) : i));
  const shown = [...view.shown].sort((a, b) => a - b);
  const cells = shown.map((series) => levels.map((noise) => cellAt(page, task, noise, series)));
  const present = cells.flat().filter((cell) => cell !== undefined);
  const lines = shown.map((series, row): Line => {
    const points = (cells[row] ?? []).flatMap((cell, i) => {
      const spread = cell?.values[quantity];
      if (cell === undefined || spread === undefined) return [];
      const std = spread.std === undefined ? {} : { std: 100 * spread.std };
      const note = `${levelName(page, cell.noise)}: ${spreadText(spread)} %, n = ${spread.n}`;
      return [{ x: places[i] ?? 0, y: 100 * spread.mean, ...std, note }];
    });
    return { name: page.series[series] ?? '', style: styleOf(series), points };
  });
  const drawn = lines.filter(({ points }) => points.length > 0);
  // wrong labels are memorised only where there are some: a tick without a point would lie outside of the axis
  const isUsed = (place: number) => drawn.some(({ points }) => points.some(({ x }) => x === place));
  const name = quantityName(page, quantity);
  const axis = isRated ? `Rate of ${kind} noise (%)` : `Noise: ${kind}`;
  const texts = levels.map((noise) =>
    levelName(page, noise)
      .slice(kind.length + 1)
      .replace(' (', '\n('),
  );
  const spreads = present.flatMap((cell) => cell.values[quantity] ?? []);
  return chartFigure(
    {
      label: `${name} over ${axis.toLowerCase()} for ${lossCount(shown.length)}. The table that follows has the numbers.`,
      caption: `${name} on ${page.tasks[task]}. ${spreadNote('error bars', spreads)} Points at one place are drawn side by side.${mishapNote(present)}`,
      charts: [
        {
          draw: (each) =>
            lineChart({
              lines: drawn,
              x: {
                label: axis,
                ticks: places.filter(isUsed),
                isOrdinal: !isRated,
                format: isRated
                  ? (rate) => String(Number(rate.toFixed(1)))
                  : (place) => texts[place / 100] ?? '',
              },
              y: `${quantity === 'memorised' ? 'Memorised' : 'Test accuracy'} (%)`,
              spread: 'bars',
              width: each,
            }),
        },
      ],
      table: dataTable(
        `${name} in percent, mean ± standard deviation over seeds${quantity === 'memorised' ? '' : '; in bold, the best mean of a column among the losses shown, where those that lost runs to divergence are passed over unless all did'}.`,
        ['Loss', ...levels.map((noise) => headingOf(page, noise))],
        rowsOf(page, view, shown, levels),
      ),
      tableTitle: 'Table of this chart',
      isOpen: true,
    },
    width,
  );
}

function headingOf(page: PageData, noise: number): string {
  const { rate } = levelOf(page, noise);
  if (rate === undefined) return levelName(page, noise);
  return rate === 0 ? 'none' : `${Number(percent(rate))} %`;
}

function rowsOf(
  page: PageData,
  { task, quantity }: View,
  shown: readonly number[],
  levels: readonly number[],
): TableRow[] {
  const best = levels.flatMap((noise) => {
    const group = shown.flatMap((series) => cellAt(page, task, noise, series) ?? []);
    if (quantity === 'memorised' || group.length < 2) return [];
    return bestOf(group, ({ values, diverged }) => ({ mean: values[quantity]?.mean, diverged }));
  });
  return shown.map((series) => ({
    name: page.series[series] ?? '',
    cells: levels.map((noise) => {
      const cell = cellAt(page, task, noise, series);
      if (cell === undefined) return { text: nothing };
      const spread = cell.values[quantity];
      const note = mishaps(cell);
      if (spread === undefined) return { text: note || nothing };
      return { text: spreadText(spread), note, value: spread.mean, isBest: best.includes(cell) };
    }),
  }));
}
