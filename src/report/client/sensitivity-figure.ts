import { spreadText } from '../../experiments/results/number-texts.ts';
import type { PageData, Sweep } from '../page-data.ts';
import { dataTable } from './data-table.ts';
import { chartFigure } from './figure.ts';
import type { Line } from './line-chart.ts';
import { lineChart } from './line-chart.ts';
import { mishapNote, spreadNote } from './seeds.ts';
import { styleOf } from './styles.ts';
import type { View } from './view.ts';
import { cellAt, levelOf, levelsOf, quantityName } from './view.ts';

/** From this ratio of the largest to the smallest value on, an axis is logarithmic. */
const logFrom = 20;

/** The chosen quantity over one parameter, a line for each noise level. */
export function sensitivityFigure(
  page: PageData,
  view: View,
  sweep: Sweep,
  width: number,
): HTMLElement {
  const { task, kind, quantity } = view;
  const levels = levelsOf(page, task, kind);
  const cells = levels.map((noise) =>
    sweep.points.map(({ series }) => cellAt(page, task, noise, series)),
  );
  const lines = levels.map((noise, row): Line => {
    const { spec } = levelOf(page, noise);
    const points = sweep.points.flatMap(({ value }, i) => {
      const spread = cells[row]?.[i]?.values[quantity];
      if (spread === undefined) return [];
      const std = spread.std === undefined ? {} : { std: 100 * spread.std };
      const note = `${sweep.parameter} = ${value}: ${spreadText(spread)} %, n = ${spread.n}`;
      return [{ x: value, y: 100 * spread.mean, ...std, note }];
    });
    return { name: spec, style: styleOf(row), points };
  });
  const values = sweep.points.map(({ value }) => value);
  const least = values[0] ?? 0;
  const name = quantityName(page, quantity);
  const present = cells.flat().filter((cell) => cell !== undefined);
  return chartFigure(
    {
      label: `${name} over ${sweep.label} at ${levels.length} noise levels. The table that follows has the numbers.`,
      caption: `${name} on ${page.tasks[task]} as ${sweep.parameter} changes and all else stays (${sweep.label}). ${spreadNote(
        'error bars',
        present.flatMap((cell) => cell.values[quantity] ?? []),
      )}${mishapNote(present)}`,
      charts: [
        {
          draw: (each) =>
            lineChart({
              lines: lines.filter(({ points }) => points.length > 1),
              x: {
                label: sweep.parameter,
                ticks: values,
                isLog: least > 0 && (values.at(-1) ?? 0) / least >= logFrom,
                format: String,
              },
              y: `${quantity === 'memorised' ? 'Memorised' : 'Test accuracy'} (%)`,
              spread: 'bars',
              width: each,
            }),
        },
      ],
      table: dataTable(
        `${name} in percent, mean ± standard deviation over seeds.`,
        ['Noise', ...values.map((value) => `${sweep.parameter} = ${value}`)],
        levels.map((noise, row) => ({
          name: levelOf(page, noise).spec,
          cells: sweep.points.map((_, i) => {
            const spread = cells[row]?.[i]?.values[quantity];
            return { text: spreadText(spread), value: spread?.mean };
          }),
        })),
      ),
      tableTitle: 'Table of this chart',
      isOpen: false,
    },
    width,
  );
}
