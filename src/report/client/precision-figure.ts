import type { CurvePoint } from '../../audit/index.ts';
import { percent } from '../../experiments/results/number-texts.ts';
import type { AuditData } from '../audit-data.ts';
import { dataTable } from './data-table.ts';
import { element } from './dom.ts';
import { chartFigure } from './figure.ts';
import type { Line } from './line-chart.ts';
import { lineChart } from './line-chart.ts';
import { styleOf } from './styles.ts';

/** Which line is which: narrow charts have no room for names at the ends of lines. */
export function precisionKey({ curve }: AuditData): HTMLElement | undefined {
  if (curve[0]?.precision === undefined) return undefined;
  const key = (mark: string, place: number, name: string): HTMLElement =>
    element(
      'span',
      {},
      element('span', { 'aria-hidden': 'true', style: `color: ${styleOf(place).colour}` }, mark),
      ` ${name}`,
    );
  const [expected, measured] = [
    key('■', expectedPlace, 'expected'),
    key('▲', measuredPlace, 'measured'),
  ];
  return element('p', { class: 'note key' }, expected, measured);
}

/** Looks of the lines: a square and a triangle. */
const [expectedPlace, measuredPlace] = [1, 2];

/** Expected precision of lists of different lengths, and the measured one where true labels are known. */
export function precisionFigure({ curve, list }: AuditData, width: number): HTMLElement {
  const isMeasured = curve[0]?.precision !== undefined;
  const expected = lineOf('expected', expectedPlace, curve, (point) => point.expectedPrecision);
  const measured = lineOf(
    'measured',
    measuredPlace,
    curve,
    (point) => point.precision ?? Number.NaN,
  );
  const lines = isMeasured ? [expected, measured] : [expected];
  const written = list === 0 ? 'The list is empty' : `The list has ${list} rows`;
  return chartFigure(
    {
      label: `Precision over the length of the list. The table that follows has the numbers.`,
      caption: `Precision: the share of the first rows, by descending probability that their label is wrong, whose label is wrong. ${written}; it ends where the expected precision falls below what was asked for, or labels are more probably right than wrong.`,
      charts: [
        {
          draw: (each) =>
            lineChart({
              ...{ lines, x: { label: 'Length of the list' }, y: 'Precision (%)' },
              ...{ spread: 'band', width: each },
            }),
        },
      ],
      table: dataTable(
        'Precision and recall of lists of different lengths in percent. Recall: the share of all wrong labels that are in the list.',
        [
          'Length',
          ...['Expected precision (%)', 'Expected recall (%)'],
          ...(isMeasured ? ['Precision (%)', 'Recall (%)'] : []),
        ],
        some(curve).map((point) => ({
          name: `${point.length}`,
          cells: [
            ...[point.expectedPrecision, point.expectedRecall],
            ...(isMeasured ? [point.precision, point.recall] : []),
          ].map((value) => ({ text: textOf(value), value })),
        })),
      ),
      tableTitle: 'Table of this chart',
      isOpen: false,
    },
    width,
  );
}

const textOf = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '–' : percent(value);

function lineOf(
  name: string,
  style: number,
  curve: readonly CurvePoint[],
  of: (point: CurvePoint) => number,
): Line {
  return {
    ...{ name, style: styleOf(style) },
    points: curve.map((point) => ({
      ...{ x: point.length, y: 100 * of(point) },
      note: `first ${point.length}: ${percent(of(point))} % ${name}`,
    })),
  };
}

/** Rows of the table, at most. */
const mostRows = 12;

function some(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  const step = Math.max(1, Math.ceil(curve.length / mostRows));
  return curve.filter((_, i) => (i + 1) % step === 0 || i === curve.length - 1);
}
