import type { Markish } from '@observablehq/plot';
import {
  areaY,
  axisX,
  axisY,
  dot,
  gridY,
  lineY,
  plot,
  pointer,
  ruleX,
  ruleY,
  text,
  tip,
} from '@observablehq/plot';
import { bare } from './bare.ts';
import { endLabels, labelRoom } from './end-labels.ts';
import type { SeriesStyle } from './styles.ts';

export interface Point {
  readonly x: number;
  /** In percent. */
  readonly y: number;
  /** Standard deviation in percent; absent for one run. */
  readonly std?: number;
  readonly note: string;
}

export interface Line {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly points: readonly Point[];
}

export interface LineChart {
  readonly lines: readonly Line[];
  readonly x: {
    readonly label: string;
    readonly isLog?: boolean;
    /** Values with a tick; default: whole numbers, as many as fit. */
    readonly ticks?: readonly number[];
    readonly format?: (value: number) => string;
    /** Places without a distance between them: points are not joined. */
    readonly isOrdinal?: boolean;
  };
  readonly y: string;
  /** How deviations show: as bars at the points or as a band along the line. */
  readonly spread: 'bars' | 'band';
  readonly width: number;
}

const margins = { top: 28, left: 46 };

/** Lines of percentages with their standard deviations, labelled at their ends. */
export function lineChart({ lines, x, y, spread, width }: LineChart): Element {
  const { format = (value) => value.toLocaleString('en') } = x;
  const isOrdinal = x.isOrdinal === true;
  const domain = percentDomain(lines);
  const names = lines.map(({ name }) => name);
  const right = isOrdinal ? 12 : labelRoom(names, width);
  const room = width - margins.left - right;
  const slot = room / Math.max(1, x.ticks?.length ?? 1);
  const isSlanted = isOrdinal && tickLength(x) > slot;
  const bottom = isSlanted
    ? 40 + Math.ceil(Math.min(tickLength(x), slot / 2 + margins.left) / 1.7)
    : isOrdinal
      ? 58
      : 44;
  const height = Math.round(Math.min(420, Math.max(280, width * 0.52))) + (bottom - 44);
  const pixels = height - margins.top - bottom;
  const isLabelled = right > 12;
  const shift = spread === 'bars' ? Math.min(isOrdinal ? 10 : 4, slot / 3 / lines.length) : 0;
  const ticks = wholeTicks(domain, Math.floor(pixels / 40));
  const marks: Markish[] = [
    gridY(ticks, { stroke: 'var(--grid)', strokeOpacity: 1 }),
    axisY(ticks, { label: null, tickSize: 0 }),
    text([y], {
      frameAnchor: 'top-left',
      dx: -margins.left + 2,
      dy: -margins.top + 4,
      lineAnchor: 'top',
    }),
    axisX({
      label: x.label,
      labelAnchor: 'center',
      labelArrow: 'none',
      lineHeight: 1.2,
      labelOffset: bottom - 6,
      ticks:
        x.ticks === undefined
          ? wholeTicks(extentOf(lines), Math.floor(width / 80))
          : isOrdinal
            ? [...x.ticks]
            : spaced(x.ticks, x.isLog === true, room),
      tickFormat: isSlanted
        ? (tick: number) => slanted(format(tick), margins.left + slot / 2)
        : (tick: number) => format(tick),
      ...(isSlanted && { tickRotate: -30, textAnchor: 'end' }),
    }),
    ruleY([domain[0]], { stroke: 'var(--line)' }),
  ];
  for (const [i, line] of lines.entries()) {
    const dx = (i - (lines.length - 1) / 2) * shift;
    marks.push(...marksOf(line, spread, { isOrdinal, isLabelled, dx }));
  }
  if (isLabelled) marks.push(...labelMarks(lines, domain, pixels, shift));
  marks.push(tipOf(lines));
  return bare(
    plot({
      className: 'plot',
      width,
      height,
      marginTop: margins.top,
      marginBottom: bottom,
      marginLeft: margins.left,
      marginRight: right,
      style: { fontSize: '12px', fontFamily: 'inherit', background: 'none', overflow: 'visible' },
      x: {
        type: x.isLog === true ? 'log' : 'linear',
        inset: isOrdinal ? slot / 2 : spread === 'bars' ? 16 : 2,
      },
      y: { domain, clamp: false },
      marks,
    }),
  );
}

function marksOf(
  { style, points }: Line,
  spread: 'bars' | 'band',
  { isOrdinal, isLabelled, dx }: { isOrdinal: boolean; isLabelled: boolean; dx: number },
): Markish[] {
  const { colour, dash, symbol } = style;
  const withSpread = points.filter(({ std }) => std !== undefined);
  const low = ({ y, std = 0 }: Point) => Math.max(0, y - std);
  const high = ({ y, std = 0 }: Point) => Math.min(100, y + std);
  const line = lineY(points, {
    x: 'x',
    y: 'y',
    stroke: colour,
    strokeWidth: 2,
    strokeDasharray: dash,
    dx,
  });
  if (spread === 'band') {
    return [
      areaY(withSpread, { x: 'x', y1: low, y2: high, fill: colour, fillOpacity: 0.18 }),
      line,
      ...(isLabelled
        ? []
        : [dot(points.slice(-1), { x: 'x', y: 'y', fill: colour, symbol, r: 4 })]),
    ];
  }
  return [
    ...(isOrdinal ? [] : [line]),
    ruleX(withSpread, {
      x: 'x',
      y1: low,
      y2: high,
      stroke: colour,
      strokeWidth: 1.5,
      marker: 'none',
      dx,
    }),
    dot(points, {
      x: 'x',
      y: 'y',
      fill: colour,
      stroke: 'var(--page)',
      strokeWidth: 0.75,
      symbol,
      r: 4,
      dx,
    }),
  ];
}

/** A symbol in the line's colour and its name, as near to the line's end as others leave room. */
function labelMarks(
  lines: readonly Line[],
  domain: readonly [number, number],
  pixels: number,
  shift: number,
): Markish[] {
  const ends = lines.flatMap(({ name, style, points }) => {
    const last = points.at(-1);
    return last === undefined ? [] : [{ name, style, y: last.y, x: last.x }];
  });
  const x = Math.max(...ends.map((end) => end.x));
  const dx = 12 + (shift * (lines.length - 1)) / 2;
  return endLabels(ends, domain, pixels).flatMap(({ text: name, labelY: y, style }) => [
    dot([name], { x, y, symbol: style.symbol, fill: style.colour, r: 3.5, dx }),
    text([name], { x, y, textAnchor: 'start', dx: dx + 9, fill: 'currentColor' }),
  ]);
}

function tipOf(lines: readonly Line[]): Markish {
  const points = lines.flatMap(({ name, points: own }) => own.map((point) => ({ ...point, name })));
  return tip(
    points,
    pointer({
      x: 'x',
      y: 'y',
      title: ({ name, note }: (typeof points)[number]) => `${name}\n${note}`,
      fill: 'var(--page)',
      stroke: 'var(--line)',
    }),
  );
}

/** From the least to the largest value with its deviation, to whole steps, within 0 and 100. */
export function percentDomain(lines: readonly Line[]): [number, number] {
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return [0, 100];
  const low = Math.min(...points.map(({ y, std = 0 }) => y - std));
  const high = Math.max(...points.map(({ y, std = 0 }) => y + std));
  const unit = high - low < 12 ? 2 : high - low < 50 ? 10 : 20;
  return [
    Math.max(0, Math.floor(low / unit) * unit),
    Math.min(100, Math.ceil(high / unit) * unit || unit),
  ];
}

const tickSteps = [1, 10, 100, 1000].flatMap((power) => [power, 2 * power, 5 * power]);

/** Of the values along the axis, from the least to the largest. */
function extentOf(lines: readonly Line[]): [number, number] {
  const values = lines.flatMap(({ points }) => points.map(({ x }) => x));
  return values.length === 0 ? [0, 0] : [Math.min(...values), Math.max(...values)];
}

/** Multiples of 1, 2, 5, 10, … within the domain, at most so many. */
export function wholeTicks([low, high]: readonly [number, number], most: number): number[] {
  const step = tickSteps.find((unit) => (high - low) / unit <= most) ?? 10_000;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** Width of a character of the axes, in pixels. */
const characterWidth = 6.6;

/** Pixels of the longest line of a tick label. */
function tickLength({ ticks = [], format = String }: LineChart['x']): number {
  const lines = ticks.flatMap((tick) => format(tick).split('\n'));
  return Math.max(0, ...lines.map((line) => line.length)) * characterWidth;
}

/** The first line of a slanted label, as much as fits between the tick and the page's edge. */
function slanted(label: string, pixels: number): string {
  const line = label.split('\n')[0] ?? '';
  const most = Math.floor(pixels / Math.cos(Math.PI / 6) / characterWidth);
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** Pixels that a short tick label needs. */
const tickWidth = 30;

/** The ticks that have room: from the first on, each that is far enough from the one before. */
export function spaced(ticks: readonly number[], isLog: boolean, pixels: number): number[] {
  const place = isLog ? Math.log : (value: number) => value;
  const length = place(ticks.at(-1) ?? 0) - place(ticks[0] ?? 0);
  const kept: number[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    const gap = before === undefined ? length : place(tick) - place(before);
    if (length === 0 || (gap / length) * pixels >= tickWidth) kept.push(tick);
  }
  return kept;
}
