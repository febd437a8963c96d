/** The part of a long grid that is in sight. */
export interface Window {
  readonly columns: number;
  /** Of the whole grid, in pixels. */
  readonly height: number;
  /** The first cell that is drawn, the one after the last, and where the first is, in pixels. */
  readonly from: number;
  readonly to: number;
  readonly top: number;
}

export interface WindowOptions {
  /** Cells in all. */
  readonly count: number;
  /** Of the box that scrolls, and how far it has; in pixels. */
  readonly width: number;
  readonly height: number;
  readonly scrolled: number;
  /** Of a cell with the gap after it. */
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** Lines that are drawn above and below what is in sight. */
const spare = 2;

/** Which cells of a grid are to be drawn, so that ten thousand cost no more than those in sight. */
export function windowOf(options: WindowOptions): Window {
  const { count, width, height, scrolled, cellWidth, cellHeight } = options;
  const columns = Math.max(1, Math.floor(width / cellWidth));
  const lines = Math.ceil(count / columns);
  const first = Math.max(0, Math.floor(scrolled / cellHeight) - spare);
  const last = Math.min(lines, Math.ceil((scrolled + height) / cellHeight) + spare);
  return {
    columns,
    height: lines * cellHeight,
    from: first * columns,
    to: Math.min(count, last * columns),
    top: first * cellHeight,
  };
}
