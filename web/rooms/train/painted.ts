import { classCount, reach } from './shapes.ts';

/** A point that somebody painted. */
export interface PaintedPoint {
  /** From −1.5 to 1.5. */
  readonly x: number;
  readonly y: number;
  /** Its class, from 0. */
  readonly kind: number;
}

/** More would make the address longer than some programs pass on. */
export const mostPainted = 400;

/** Steps of a side: what the address holds of a place. */
const steps = 256;
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A place on the lattice that the address can hold. */
export function snapped(value: number): number {
  return place(stepOf(value));
}

function stepOf(value: number): number {
  const step = Math.floor(((value + reach) / (2 * reach)) * steps);
  return Math.max(0, Math.min(steps - 1, step));
}

/** Points as text for an address: three characters each, 8 bits for x and y, 2 for the class. */
export function formatPoints(points: readonly PaintedPoint[]): string {
  return points
    .map(({ x, y, kind }) => {
      const bits = (stepOf(x) << 10) | (stepOf(y) << 2) | kind;
      return [12, 6, 0].map((shift) => digits[(bits >> shift) & 63]).join('');
    })
    .join('');
}

/** The points of a text; what is no point is left out. */
export function parsePoints(text: string): PaintedPoint[] {
  const found = text.match(/[\w-]{3}/g) ?? [];
  return found
    .slice(0, mostPainted)
    .map((part) => [...part].reduce((bits, digit) => (bits << 6) | digits.indexOf(digit), 0))
    .map((bits) => ({ x: place(bits >> 10), y: place((bits >> 2) & 255), kind: bits & 3 }))
    .filter(({ kind }) => kind < classCount);
}

function place(step: number): number {
  return ((step + 0.5) / steps) * 2 * reach - reach;
}

/** With one more, unless there are too many, or one, of whatever class, is nearer than `apart`. */
export function withPoint(
  points: readonly PaintedPoint[],
  { x, y, kind }: PaintedPoint,
  apart = 0,
): readonly PaintedPoint[] {
  const point = { x: snapped(x), y: snapped(y), kind };
  const isNear = points.some((own) => Math.hypot(own.x - point.x, own.y - point.y) < apart);
  return isNear || points.length >= mostPainted ? points : [...points, point];
}

/** Without those within a distance. */
export function withoutPoints(
  points: readonly PaintedPoint[],
  { x, y }: Pick<PaintedPoint, 'x' | 'y'>,
  within: number,
): readonly PaintedPoint[] {
  const left = points.filter((own) => Math.hypot(own.x - x, own.y - y) > within);
  return left.length === points.length ? points : left;
}

/** Whether there is something to learn: points of two classes. */
export function canTrain(points: readonly PaintedPoint[]): boolean {
  return points.length >= 4 && points.some(({ kind }) => kind !== points[0]?.kind);
}
