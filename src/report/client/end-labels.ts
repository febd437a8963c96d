import { spreadLabels } from './spread-labels.ts';
import type { SeriesStyle } from './styles.ts';

export interface EndLabel {
  readonly text: string;
  readonly y: number;
  readonly labelY: number;
  readonly style: SeriesStyle;
}

/** Height of a label with its lead, in pixels. */
const lineHeight = 15;
const characterWidth = 6.6;
const longest = 22;

/** Room for the labels right of a chart; none on narrow screens, where the legend serves alone. */
export function labelRoom(names: readonly string[], width: number): number {
  if (width < 460) return 12;
  return (
    Math.ceil(Math.max(...names.map((name) => Math.min(name.length, longest))) * characterWidth) +
    30
  );
}

/**
 * Where the labels of lines go, in data units of an axis that runs from `low` at the bottom to
 * `high` at the top over `pixels`.
 */
export function endLabels(
  ends: readonly { readonly name: string; readonly y: number; readonly style: SeriesStyle }[],
  [low, high]: readonly [number, number],
  pixels: number,
): EndLabel[] {
  const perUnit = pixels / (high - low);
  const placed = spreadLabels(
    ends.map(({ y }) => (y - low) * perUnit),
    lineHeight,
    0,
    pixels,
  );
  return ends.map(({ name, y, style }, i) => ({
    text: name.length > longest ? `${name.slice(0, longest - 1)}…` : name,
    y,
    labelY: low + (placed[i] ?? 0) / perUnit,
    style,
  }));
}
