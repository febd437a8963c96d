import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { thumbnail } from '../../src/data/formats/index.ts';
import { tolerances } from '../tolerances.ts';

describe('thumbnail', () => {
  test('keeps a small grey image as it is, in a grey PNG', async () => {
    const pixels = Uint8Array.of(0, 50, 100, 150, 200, 250);
    const { type, bytes, width, height } = await thumbnail(pixels, [1, 2, 3]);
    expect([type, width, height]).toEqual(['image/png', 3, 2]);
    expect((await sharp(bytes).metadata()).space).toBe('b-w');
    const decoded = await sharp(bytes).toColourspace('b-w').raw().toBuffer();
    expect([...decoded]).toEqual([...pixels]);
  });

  test('scales a large image in colour to a JPEG of the same shape', async () => {
    const [h, w] = [100, 300];
    const pixels = new Uint8Array(3 * h * w);
    pixels.fill(200, 0, h * w).fill(60, h * w, 2 * h * w); // red and green; no blue
    const { type, bytes, width, height } = await thumbnail(pixels, [3, h, w], 60);
    expect([type, width, height]).toEqual(['image/jpeg', 60, 20]);
    const decoded = await sharp(bytes).raw().toBuffer();
    expect(decoded.length).toBe(60 * 20 * 3);
    for (const [i, value] of decoded.entries()) {
      expect(Math.abs(value - ([200, 60, 0][i % 3] as number))).toBeLessThanOrEqual(
        tolerances.jpegLevel,
      );
    }
  });

  test.each([2, 4])('takes of %d channels those that can be shown', async (c) => {
    const pixels = Uint8Array.from({ length: c }, (_, i) => 10 * (i + 1));
    const { bytes } = await thumbnail(pixels, [c, 1, 1]);
    const decoded = await sharp(bytes).toColourspace('srgb').raw().toBuffer();
    expect([...decoded].slice(0, 3)).toEqual(c === 2 ? [10, 10, 10] : [10, 20, 30]);
  });
});
