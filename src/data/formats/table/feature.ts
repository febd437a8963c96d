import { spellingOf } from '../../category-spelling.ts';
import type { ColumnKind } from '../../dataset.ts';
import type { NumberStyle } from '../../numbers.ts';
import type { RowRange } from './blocks.ts';
import type { Column } from './column.ts';
import { missingTextsOf } from './missing-texts.ts';
import type { Reading } from './reading.ts';

/** A column of the table as columns of the dataset: one, or those of a vector. */
export interface Feature {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly width: number;
  /** The distinct texts that the numbers stand for. */
  readonly texts?: readonly string[];
  readonly dayFirst?: boolean;
  readonly wordsOnly?: boolean;
  /** How its numbers are written, where not all are plain. */
  readonly style?: NumberStyle;
  /** Of numbers and dates: texts that were read as missing cells: see `MissingTexts`. */
  readonly missingTexts?: readonly string[] | undefined;
  /** Writes the numbers of some rows into the columns from `at` on of `out`, [n, d]. */
  fill(out: Float32Array, at: number, d: number, some: RowRange): void;
}

/** A column that is read in a way, whose cells are held as that needs. */
export function featureOf(column: Column, reading: Reading): Feature {
  const { name } = column;
  const { kind, order, comma = 'none', unit } = reading;
  const isStyled = kind === 'numeric' && (comma !== 'none' || unit !== undefined);
  const style = isStyled && { style: { comma, ...(unit !== undefined && { unit }) } };
  if (column.form === 'lists') {
    const { width } = column;
    return {
      ...{ name, kind, width },
      fill(out, at, d, { from, to }) {
        const write = (value: number, i: number) => {
          const place = i % width;
          out[((i - place) / width) * d + at + place] = value;
        };
        column.eachNumber(write, from * width, to * width);
      },
    };
  }
  const missingTexts = missingTextsOf(column, reading);
  const missing = missingTexts && { missingTexts };
  if (column.form === 'numbers') {
    return {
      ...{ name, kind, width: 1, ...style, ...missing },
      fill: (out, at, d, some) => column.writeNumbers(out, at, d, some),
    };
  }
  const isText = kind === 'categorical' || kind === 'text';
  const { texts, places } = isText ? textsOf(column.texts, kind) : {};
  const values = places ?? reading.values ?? new Float64Array();
  return {
    ...{ name, kind, width: 1 },
    ...(texts && { texts }),
    ...style,
    ...missing,
    ...(kind === 'date' && { dayFirst: order === 'day' }),
    fill: (out, at, d, some) => column.writeValues(out, at, d, some, values),
  };
}

/**
 * The distinct texts of a column, and the place of each of its texts among them. Where all are numbers, 1.0 is 1, and
 * where all are true or false, TRUE is true: programs write the same codes differently.
 */
function textsOf(
  texts: readonly string[],
  kind: ColumnKind,
): { readonly texts: readonly string[]; readonly places: Float64Array } {
  const plain = kind === 'categorical' ? spellingOf(texts) : (text: string) => text;
  const places = new Map<string, number>();
  const place = Float64Array.from(texts, (text) => {
    const own = plain(text);
    const known = places.get(own);
    if (known !== undefined) return known;
    places.set(own, places.size);
    return places.size - 1;
  });
  return { texts: [...places.keys()], places: place };
}
