import { spreadText } from '../../experiments/results/number-texts.ts';
import { lossCount } from '../numbers.ts';
import type { Cell, Curve, CurveQuantity, PageData, Spread } from '../page-data.ts';
import type { TableRow } from './data-table.ts';
import { dataTable } from './data-table.ts';
import { chartFigure } from './figure.ts';
import type { Point } from './line-chart.ts';
import { lineChart } from './line-chart.ts';
import { mishapNote, spreadNote } from './seeds.ts';
import { styleOf } from './styles.ts';
import type { View } from './view.ts';
import { cellAt, levelName } from './view.ts';

const titles: { readonly [Q in CurveQuantity]: string } = {
  test: 'Test accuracy',
  memorised: 'Memorised wrong labels',
};

const memorisedNote =
  'Memorised: of the training rows whose given label is wrong, the share for which the network predicts that wrong label. ';

/** Test accuracy and memorised share over epochs at one noise level, side by side. */
export function curvesFigure(page: PageData, view: View, width: number): HTMLElement | undefined {
  const cells = [...view.shown]
    .sort((a, b) => a - b)
    .flatMap((series) => cellAt(page, view.task, view.level, series) ?? []);
  const quantities = (['test', 'memorised'] as const).filter((quantity) =>
    cells.some((cell) => cell.curves[quantity] !== undefined),
  );
  if (quantities.length === 0) return undefined;
  const spreads = cells.flatMap(({ curves }) => (curves.test ? spreadsOf(curves.test) : []));
  return chartFigure(
    {
      label: `Over epochs at noise ${levelName(page, view.level)}, for ${lossCount(cells.length)}. The table that follows has the numbers.`,
      caption: `On ${page.tasks[view.task]} at noise ${levelName(page, view.level)}. ${quantities.includes('memorised') ? memorisedNote : ''}${averages(page, cells)}${spreadNote('bands', spreads)}${mishapNote(cells)}`,
      charts: quantities.map((quantity) => ({
        title: titles[quantity],
        draw: (each) =>
          lineChart({
            lines: cells.flatMap(({ series, curves }) => {
              const curve = curves[quantity];
              const name = page.series[series] ?? '';
              return curve ? [{ name, style: styleOf(series), points: pointsOf(curve) }] : [];
            }),
            x: { label: 'Epoch' },
            y: `${quantity === 'test' ? 'Test accuracy' : 'Memorised'} (%)`,
            spread: 'band',
            width: each,
          }),
      })),
      table: dataTable(
        `${quantities.map((quantity) => titles[quantity]).join(' and ')} over epochs in percent, mean ± standard deviation over seeds. Of many epochs, some are listed.`,
        ['Loss', 'Epoch', ...quantities.map((quantity) => `${titles[quantity]} (%)`)],
        cells.flatMap(({ series, curves }) =>
          rowsOf(
            page.series[series] ?? '',
            quantities.map((q) => curves[q]),
          ),
        ),
      ),
      tableTitle: 'Table of these charts',
      isOpen: false,
    },
    width,
  );
}

/** What curves of a model are that is an average. */
function averages(page: PageData, cells: readonly Cell[]): string {
  const names = cells.flatMap(({ series, isAverage }) => (isAverage ? page.series[series] : []));
  return names.length === 0
    ? ''
    : `Of ${names.join(', ')}: the mean over the networks whose average is the model. `;
}

function spreadsOf({ n, mean, std }: Curve): Spread[] {
  return mean.map((value, i) => {
    const deviation = std[i];
    return { n: n[i] ?? 0, mean: value, ...(typeof deviation === 'number' && { std: deviation }) };
  });
}

function pointsOf(curve: Curve): Point[] {
  return spreadsOf(curve).map((spread, i) => ({
    x: curve.epoch[i] ?? 0,
    y: 100 * spread.mean,
    ...(spread.std !== undefined && { std: 100 * spread.std }),
    note: `epoch ${curve.epoch[i]}: ${spreadText(spread)} %, n = ${spread.n}`,
  }));
}

/** Rows of a loss that a table lists: the first and last epoch, and some between. */
const mostRows = 11;

function rowsOf(name: string, curves: readonly (Curve | undefined)[]): TableRow[] {
  const epochs = curves.find((curve) => curve !== undefined)?.epoch ?? [];
  const step = Math.max(1, Math.ceil((epochs.length - 1) / (mostRows - 1)));
  return epochs
    .filter((_, i) => i % step === 0 || i === epochs.length - 1)
    .map((epoch) => ({
      name,
      cells: [
        { text: String(epoch), value: epoch },
        ...curves.map((curve) => {
          const spread = curve && spreadsOf(curve)[curve.epoch.indexOf(epoch)];
          return { text: spreadText(spread), value: spread?.mean };
        }),
      ],
    }));
}
