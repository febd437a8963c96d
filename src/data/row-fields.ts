import type { ColumnKind, Dataset } from './dataset.ts';

/** A value of a row of a table, for people. */
export interface RowField {
  /** Of its column; of the numbers of a vector, which are one field, that of the vector. */
  readonly name: string;
  /** `undefined` where the cell is missing. */
  readonly text: string | undefined;
  /** Whether it is of a column of texts, in a language. */
  readonly isText: boolean;
}

/** The values of a row of a table, for people. @param values [d], as the dataset holds them */
export function rowFields(
  { columns = [], kinds = [], texts = [], embeddings = [] }: Dataset,
  values: ArrayLike<number>,
): RowField[] {
  const fields: RowField[] = [];
  for (let j = 0; j < values.length; j++) {
    const kind = kinds[j] ?? 'numeric';
    const name = columns[j] ?? `feature ${j}`;
    const vector = kind === 'embedding' ? vectorName(name) : undefined;
    if (vector === undefined) {
      const text = cellText(values[j] as number, kind, texts[j]);
      fields.push({ name, text, isText: kind === 'text' });
      continue;
    }
    const first = j;
    while (kinds[j + 1] === 'embedding' && vectorName(columns[j + 1]) === vector) j++;
    const { model } = embeddings.find(({ column }) => column === vector) ?? {};
    const numbers = j - first + 1;
    const text = `vector of ${numbers} number${numbers === 1 ? '' : 's'}`;
    fields.push({ name: vector, text: model ? `${text}, made by ${model}` : text, isText: false });
  }
  return fields;
}

/** `v` of `v[3]`. */
function vectorName(column: string | undefined): string | undefined {
  return /^(.*)\[\d+\]$/s.exec(column ?? '')?.[1];
}

function cellText(value: number, kind: ColumnKind, texts: readonly string[] | undefined) {
  if (Number.isNaN(value)) return undefined;
  if (texts !== undefined) return texts[value];
  return kind === 'date' ? dateText(value) : float32Text(value);
}

const dayLength = 86_400_000; // milliseconds
/** float32 tells times of today apart by 1/512 of a day, which is 3 minutes. */
const timeStep = 300_000; // milliseconds

/** Days since 1970-01-01 as `2024-04-03`, with about the time of day where they have a fraction. */
function dateText(days: number): string {
  const time = new Date(Math.round((days * dayLength) / timeStep) * timeStep);
  if (Number.isNaN(time.getTime())) return float32Text(days);
  const text = time.toISOString();
  const [date, clock] = [text.slice(0, text.indexOf('T')), text.slice(text.indexOf('T') + 1, -8)];
  return clock === '00:00' ? date : `${date}, about ${clock}`;
}

/** The shortest decimal number that is this one in float32: 0.1, not 0.10000000149. */
export function float32Text(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return `${text}`;
  }
  return `${Number(value.toPrecision(9))}`;
}

/** A table of fewer pixels is no picture. */
const leastPixels = 16;

/**
 * [1, s, s] of a table whose columns are the pixels of a square: numbers called `p0`, `p1`, … or `pixel1`, `pixel2`, … from 0 or
 * 1 on, row by row; `undefined` of others.
 */
export function squareShape({
  columns = [],
  kinds = [],
}: Pick<Dataset, 'columns' | 'kinds'>): readonly [1, number, number] | undefined {
  const side = Math.sqrt(columns.length);
  const [, start, from] = /^((?:p|px|pix|pixel)[ _]?)([01])$/i.exec(columns[0] ?? '') ?? [];
  if (start === undefined || columns.length < leastPixels || !Number.isInteger(side)) {
    return undefined;
  }
  const arePixels = columns.every((name, j) => name === `${start}${Number(from) + j}`);
  const areNumbers = kinds.every((kind) => kind === 'numeric');
  return arePixels && areNumbers ? [1, side, side] : undefined;
}
