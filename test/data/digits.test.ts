import { describe, expect, it } from 'vitest';
import { digits } from '../../src/data/formats/index.ts';
import { checkDataset, rowCount } from '../../src/data/index.ts';

describe('digits', () => {
  it('holds the 1,797 images', async () => {
    const data = await digits();
    checkDataset('digits', data);
    expect(rowCount(data)).toBe(1797);
    expect(data.featureShape).toEqual([64]);
    expect(data.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(data.columns?.[63]).toBe('p63');
    expect([...data.features.subarray(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0]);
    expect([...data.labels.subarray(0, 10)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(data.labels[1796]).toBe(8);
    // Class sizes and the sum of all pixels, counted from the source file.
    const sizes = data.classes.map((_, c) => data.labels.filter((label) => label === c).length);
    expect(sizes).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    expect(data.features.reduce((sum, value) => sum + value, 0)).toBe(561718);
  });
});
