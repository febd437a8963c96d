import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';

/** A line of a chart, as it is given. */
export interface Series {
  readonly name: string;
  /** A CSS colour, best a custom property, so that it follows the colour scheme. */
  readonly colour: string;
  /** Dashes, so that lines are told apart without colour: `6 4`. */
  readonly dash?: string | undefined;
  readonly width?: number | undefined;
  /** Whether the legend leaves it out; what it is stands elsewhere. Default: no. */
  readonly isUnnamed?: boolean | undefined;
  /** One number per place of the chart's `xs`. */
  readonly ys: ArrayLike<number>;
}

/** A place that is marked on a line. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
  readonly text: string;
}

export interface Axis {
  readonly label: string;
  /** Default: what the numbers reach. */
  readonly domain?: readonly [number, number] | undefined;
  readonly format?: ((value: number) => string) | undefined;
}

export interface ChartData {
  /** Ascending. */
  readonly xs: ArrayLike<number>;
  readonly series: readonly Series[];
  readonly x: Axis;
  readonly y: Axis;
  readonly marks?: readonly Mark[] | undefined;
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** All that is drawn, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** Of y = 0, where it is in sight and not the lower edge. */
  readonly zero: number | undefined;
  readonly paths: readonly string[];
  readonly marks: readonly (Mark & {
    readonly left: number;
    readonly top: number;
    readonly anchor: 'start' | 'end' | 'middle';
    readonly textLeft: number;
    readonly textTop: number;
  })[];
  /** Where a value of x is. */
  readonly placeOf: (x: number) => number;
  /** Where a value of y is; `undefined` beyond the edges. */
  readonly heightOf: (y: number) => number | undefined;
  /** The place in `xs` that is nearest to a pixel. */
  readonly nearest: (pixel: number) => number;
}

const characterWidth = 6.9;

/** Lays a chart out in a width. */
export function layOut(data: ChartData, width: number, height: number): Layout {
  const { xs, series, x, y } = data;
  const domain = y.domain ?? extentOf(series.map(({ ys }) => ys));
  const [top, bottom] = [14, height - 44];
  const yScale = scaleLinear().domain(padded(domain)).range([bottom, top]);
  const yFormat = y.format ?? tickText;
  const yTicks = yScale.ticks(Math.max(3, Math.floor((bottom - top) / 44)));
  const longest = yTicks.reduce((most, tick) => Math.max(most, yFormat(tick).length), 0);
  const [left, right] = [Math.ceil(longest * characterWidth) + 12, width - 12];
  const xDomain = x.domain ?? [xs[0] ?? 0, xs[xs.length - 1] ?? 1];
  const xScale = scaleLinear().domain(xDomain).range([left, right]);
  const xFormat = x.format ?? tickText;
  const [low, high] = yScale.domain() as [number, number];
  // lines that leave the drawing are cut by it; far beyond, browsers lose precision
  const [lowest, highest] = [low - 3 * (high - low), high + 3 * (high - low)];
  const path = line<number>()
    .defined((i) => Number.isFinite(xs[i]))
    .x((i) => round(xScale(xs[i] as number)));
  return {
    ...{ width, height, left, right, top, bottom },
    xTicks: xScale
      .ticks(Math.max(2, Math.floor((right - left) / 76)))
      .map((tick) => ({ at: round(xScale(tick)), text: xFormat(tick) })),
    yTicks: yTicks.map((tick) => ({ at: round(yScale(tick)), text: yFormat(tick) })),
    zero: low < 0 && high > 0 ? round(yScale(0)) : undefined,
    paths: series.map(({ ys }) => {
      const own = path
        .defined((i) => Number.isFinite(ys[i]))
        .y((i) => round(yScale(Math.min(highest, Math.max(lowest, ys[i] as number)))));
      return own(Array.from(ys, (_, i) => i)) ?? '';
    }),
    marks: (data.marks ?? []).flatMap((mark) => {
      const [at, up] = [xScale(mark.x), yScale(mark.y)];
      if (!Number.isFinite(at) || !Number.isFinite(up) || up < top - 1 || up > bottom + 1)
        return [];
      const half = (mark.text.length * characterWidth) / 2;
      const anchor = at + half > right ? 'end' : at - half < left ? 'start' : 'middle';
      const textTop = up + 22 > bottom ? up - 12 : up + 20;
      const textLeft = anchor === 'end' ? right : anchor === 'start' ? left + 4 : at;
      return [{ ...mark, left: round(at), top: round(up), anchor, textLeft, textTop } as const];
    }),
    placeOf: (value) => round(xScale(value)),
    heightOf: (value) => (value >= low && value <= high ? round(yScale(value)) : undefined),
    nearest(pixel) {
      const value = xScale.invert(pixel);
      let best = 0;
      for (let i = 1; i < xs.length; i++) {
        if (Math.abs((xs[i] as number) - value) < Math.abs((xs[best] as number) - value)) best = i;
      }
      return best;
    },
  };
}

/** The smallest and the largest finite number; of none, 0 and 1. */
export function extentOf(lists: readonly ArrayLike<number>[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i] as number;
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** With some air, and some height where all is alike. */
function padded([low, high]: readonly [number, number]): [number, number] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  // rounding of sums is no shape
  if (high - low <= 1e-9 * Math.max(1, size)) {
    const half = size < 1e-9 ? 1 : size / 2;
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  }
  const air = 0.06 * (high - low);
  return [low === 0 ? 0 : low - air, high + air];
}

function tickText(value: number): string {
  return String(Number(value.toPrecision(6))).replace('-', '−');
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
