import { describe, expect, it } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import type { Dataset, RowFile } from '../../src/data/index.ts';
import {
  checkDataset,
  fromArrays,
  isImages,
  isRowFile,
  selectRows,
  toFloats,
} from '../../src/data/index.ts';
import { messageOf } from '../messages.ts';

/** Three images of 1 × 1 × 2 pixels. */
const images: Dataset = {
  name: 'three',
  features: Uint8Array.of(0, 255, 10, 20, 30, 40),
  featureShape: [1, 1, 2],
  labels: Int32Array.of(0, 1, 1),
  classes: ['a', 'b'],
  notices: [],
};
const file: RowFile = { file: 'rows.bin', offset: 16, stride: 3, rows: 3, rowSize: 2 };
const filed: Dataset = { ...images, features: file };

describe('datasets of bytes', () => {
  it('are image datasets by their shape', () => {
    expect(isImages(images)).toBe(true);
    expect(isImages(fromArrays({ features: [[1], [2]], labels: ['a', 'b'] }))).toBe(false);
    expect([images, filed].map(({ features }) => isRowFile(features))).toEqual([false, true]);
  });

  it('are selected as bytes', () => {
    const { features, labels } = selectRows(images, [2, 0, 2]);
    expect(features).toEqual(Uint8Array.of(30, 40, 0, 255, 30, 40));
    expect(labels).toEqual(Int32Array.of(1, 0, 1));
  });

  it('become floats of the same value; rows in a file do not', () => {
    expect(toFloats('noise', images.features)).toEqual(Float32Array.of(0, 255, 10, 20, 30, 40));
    const numbers = Float32Array.of(0.5);
    expect(toFloats('noise', numbers)).toBe(numbers);
    expect(messageOf(() => toFloats('noise', file))).toBe(
      'noise: expected rows in memory, received rows in the file rows.bin; ' +
        'raise the memory limit of the reader',
    );
  });

  it('must fit their labels', () => {
    checkDataset('d', images);
    expect(messageOf(() => checkDataset('d', { ...images, featureShape: [1, 1, 3] }))).toBe(
      'd: expected 9 features for 3 rows of shape [1,1,3], received 6',
    );
  });
});

describe('rows in a file', () => {
  it('stay there when they are selected evenly', () => {
    expect(selectRows(filed, [0, 1]).features).toEqual({ ...file, rows: 2 });
    expect(selectRows(filed, [0, 2]).features).toEqual({ ...file, rows: 2, stride: 6 });
    const one = selectRows(filed, [2]);
    expect(one.features).toEqual({ ...file, offset: 22, rows: 1 });
    expect(one.labels).toEqual(Int32Array.of(1));
  });

  it.each([[[1, 0]], [[0, 0]], [[0, 2, 1]]])('are refused otherwise: %j', (rows) => {
    expect(() => selectRows(filed, rows)).toThrow(SymlossError);
    expect(messageOf(() => selectRows(filed, rows))).toContain(
      'selectRows: expected evenly spaced rows, since they lie in a file, received row ',
    );
  });

  it.each<[string, Partial<RowFile>, string]>([
    ['rows', { rows: 2 }, 'expected 3 rows, one per label, received 2'],
    ['row size', { rowSize: 1 }, 'expected 2 bytes of a row, received 1'],
    ['stride', { stride: 1 }, 'expected an offset and rows 2 bytes apart or more, received offset'],
  ])('are checked: %s', (_, change, message) => {
    checkDataset('d', filed);
    const bad = { ...filed, features: { ...file, ...change } };
    expect(messageOf(() => checkDataset('d', bad))).toContain(`d, rows.bin: ${message}`);
  });
});
