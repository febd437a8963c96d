import type { Dataset, RowField } from '../data/index.ts';
import { isImages, rowFields, squareShape } from '../data/index.ts';
import type { Annotation } from './annotations.ts';
import { annotationsOf } from './annotations.ts';
import { rowFeatures } from './content.ts';

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
  readonly ids: readonly RowField[];
  /** Of an image, and of a table whose columns are pixels. */
  readonly picture?: Picture;
  /** Of other tables. */
  readonly cells?: readonly RowField[];
  /** Where several people labelled the data: who gave which label. */
  readonly annotations?: readonly Annotation[];
}

/** A row for people. @param row from 0 to n − 1 */
export function rowView(data: Dataset, row: number): RowView {
  const annotations = annotationsOf(data, row);
  return { ...contentView(data, row), ...(annotations && { annotations }) };
}

function contentView(data: Dataset, row: number): RowView {
  const { featureShape, rowIds = [] } = data;
  const ids = rowIds.map(({ name, values }) => ({
    ...{ name, text: values[row] as string, isText: false },
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
  const shape = squareShape(data);
  if (shape === undefined) return { ids, cells: rowFields(data, values) };
  const [channels, height, width] = shape;
  return { ids, picture: { channels, height, width, pixels: stretched(values) } };
}

/** Numbers as grey values: from 0, or the smallest where it is less, to the largest. */
function stretched(values: ArrayLike<number>): Uint8Array {
  const known = Array.from(values, (value) => (Number.isNaN(value) ? 0 : value));
  const least = Math.min(0, ...known);
  const range = Math.max(...known) - least || 1;
  return Uint8Array.from(known, (value) => Math.round((255 * (value - least)) / range));
}
