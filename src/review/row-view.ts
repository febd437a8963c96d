import type { Dataset } from '../data/index.ts';
import { isImages } from '../data/index.ts';
import { rowFeatures } from './content.ts';

/** A cell of a row, as people read it. */
export interface CellView {
  readonly name: string;
  /** '' where it is missing. */
  readonly value: string;
  /** Whether it is a text in a language. */
  readonly isText: boolean;
}

/** A picture, channel first: grey (one channel) or red, green, blue (three). */
export interface Picture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** `[channels, height, width]`, from 0 to 255. */
  readonly pixels: Uint8Array;
}

/** What a row is. */
export interface RowView {
  /** Its id columns, and the path of an image. */
  readonly ids: readonly CellView[];
  /** Of an image, and of a table whose columns are pixels. */
  readonly picture?: Picture;
  /** Of other tables. */
  readonly cells?: readonly CellView[];
}

/** A row for people. @param row from 0 to n − 1 */
export function rowView(data: Dataset, row: number): RowView {
  const { featureShape, rowIds = [] } = data;
  const ids = rowIds.map(({ name, values }) => ({
    ...{ name, value: values[row] as string, isText: false },
  }));
  const values = rowFeatures(data, row);
  if (isImages(data)) {
    const [channels = 1, height = 1, width = 1] = featureShape;
    return {
      ids,
      picture: {
        channels,
        height,
        width,
        pixels: values instanceof Uint8Array ? values : stretched(values),
      },
    };
  }
  const side = pictureSide(data);
  if (side === undefined) return { ids, cells: cellsOf(data, values) };
  return { ids, picture: { channels: 1, height: side, width: side, pixels: stretched(values) } };
}

/** The side of square pictures whose pixels are columns: `p0`, `p1`, … or `pixel1`, …; `undefined` where they are not. */
function pictureSide({ columns = [], kinds = [] }: Dataset): number | undefined {
  const side = Math.sqrt(columns.length);
  if (!Number.isInteger(side) || side < 4) return undefined;
  if (kinds.some((kind) => kind !== 'numeric')) return undefined;
  const [, prefix = '', start = ''] = /^(p|px|pix|pixel)[ _]?(\d+)$/i.exec(columns[0] ?? '') ?? [];
  if (prefix === '') return undefined;
  const head = (columns[0] as string).slice(0, -start.length);
  const isRun = columns.every((name, i) => name === `${head}${Number(start) + i}`);
  return isRun ? side : undefined;
}

/** Numbers as grey values: from 0, or the smallest where it is less, to the largest. */
function stretched(values: ArrayLike<number>): Uint8Array {
  const known = Array.from(values, (value) => (Number.isNaN(value) ? 0 : value));
  const least = Math.min(0, ...known);
  const range = Math.max(...known) - least || 1;
  return Uint8Array.from(known, (value) => Math.round((255 * (value - least)) / range));
}

function cellsOf(
  { columns = [], kinds = [], texts = [] }: Dataset,
  values: ArrayLike<number>,
): CellView[] {
  const cells: CellView[] = [];
  for (let j = 0; j < values.length; j++) {
    const kind = kinds[j] ?? 'numeric';
    const name = columns[j] ?? String(j + 1);
    const vector = kind === 'embedding' ? /^(.*)\[\d+\]$/s.exec(name)?.[1] : undefined;
    if (vector !== undefined) {
      const start = `${vector}[`;
      const first = j;
      while (kinds[j + 1] === 'embedding' && columns[j + 1]?.startsWith(start)) j++;
      cells.push({ name: vector, value: `a vector of ${j - first + 1} numbers`, isText: false });
      continue;
    }
    const value = values[j] as number;
    const text = texts[j]?.[value] ?? (kind === 'date' ? dayText(value) : numberText(value));
    cells.push({ name, value: text, isText: kind === 'text' });
  }
  return cells;
}

/** A number of float32 with as few digits as tell it from its neighbours: 0.1, not 0.10000000149. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return '';
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

const dayLength = 86_400_000; // milliseconds
/** float32 tells times of today apart by 1/512 of a day, which is 3 minutes. */
const step = 300_000; // milliseconds

/** Days since 1970-01-01 as a date, with about the time of day where it has one. */
function dayText(days: number): string {
  if (Number.isNaN(days)) return '';
  const time = new Date(Math.round((days * dayLength) / step) * step);
  if (Number.isNaN(time.getTime())) return String(days);
  const text = time.toISOString();
  const [date, clock] = [text.slice(0, text.indexOf('T')), text.slice(text.indexOf('T') + 1, -8)];
  return clock === '00:00' ? date : `${date}, about ${clock}`;
}
