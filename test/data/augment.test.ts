import { describe, expect, test } from 'vitest';
import type { Rng } from '../../src/core/index.ts';
import { stream } from '../../src/core/index.ts';
import type { Augmentation } from '../../src/data/index.ts';
import {
  byteTables,
  checkAugmentation,
  fillImages,
  fitStandardiser,
  parseAugmentation,
} from '../../src/data/index.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';

const shape = [3, 5, 7] as const;
const [c, h, w] = shape;
const size = c * h * w;
const n = 40;
const rows = Uint32Array.from({ length: n }, (_, i) => i);
const random = stream(4, 'bytes');
const bytes = Uint8Array.from({ length: n * size }, () => random.integer(256));
const standardiser = fitStandardiser(bytes, size, rows, c);
const tables = byteTables(standardiser);

function filled(spec: string, seed: number): Float32Array {
  const out = new Float32Array(bytes.length).fill(Number.NaN);
  fillImages({ bytes, shape, tables, out }, parseAugmentation(spec), stream(seed, 'augment/1'));
  return out;
}

/** Pixel by pixel from the definition: standardize, pad with 0, cut out, mirror, cover the hole. */
function slow({ steps }: Augmentation, rng: Rng): Float32Array {
  const values = new Map(steps.map((step) => [step.name, step.values]));
  const crop = values.get('crop')?.padding as number | undefined;
  const cutout = values.get('cutout')?.size as number | undefined;
  const flip = values.has('flip');
  const out = new Float32Array(bytes.length);
  for (let i = 0; i < n; i++) {
    const down = crop === undefined ? 0 : rng.integer(2 * crop + 1) - crop;
    const right = crop === undefined ? 0 : rng.integer(2 * crop + 1) - crop;
    const isFlipped = flip && rng.integer(2) === 1;
    const y0 = cutout === undefined ? 0 : rng.integer(h);
    const x0 = cutout === undefined ? 0 : rng.integer(w);
    for (let j = 0; j < c; j++) {
      const pixel = (y: number, x: number): number => {
        if (y < 0 || y >= h || x < 0 || x >= w) return 0;
        const byte = bytes[i * size + (j * h + y) * w + x]!;
        return (byte - standardiser.mean[j]!) / standardiser.std[j]!;
      };
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          const from = isFlipped ? w - 1 - x : x;
          const half = Math.floor((cutout ?? 0) / 2);
          const [dy, dx] = [y - y0 + half, x - x0 + half];
          const isHole = cutout !== undefined && dy >= 0 && dy < cutout && dx >= 0 && dx < cutout;
          out[i * size + (j * h + y) * w + x] = isHole ? 0 : pixel(y + down, from + right);
        }
      }
    }
  }
  return out;
}

describe('augmentation', () => {
  test.each([
    ...['none', 'crop:1', 'crop:4', 'flip', 'cutout:1', 'cutout:3', 'cutout:4', 'cutout:20'],
    'crop:2,flip,cutout:3',
  ])('%s is what the definition says, pixel by pixel', (spec) => {
    for (const seed of [1, 2]) {
      const expected = slow(parseAugmentation(spec), stream(seed, 'augment/1'));
      expect(filled(spec, seed)).toEqual(expected);
    }
  });

  test('reaches every place and both sides, each about as often', () => {
    const one = [1, 3, 3] as const;
    const image = Uint8Array.from({ length: 9 }, (_, i) => 10 + i);
    const out = new Float32Array(9);
    const identity = Float32Array.from({ length: 256 }, (_, i) => i);
    const rng = stream(7, 'places');
    const draws = 3600;
    const seen = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const batch = { bytes: image, shape: one, tables: identity, out };
      fillImages(batch, parseAugmentation('crop:1,flip'), rng);
      seen.set(String(out), (seen.get(String(out)) ?? 0) + 1);
    }
    expect(seen.size).toBe(9 * 2);
    const deviation = Math.sqrt(draws * (1 / 18) * (17 / 18));
    for (const count of seen.values()) {
      expect(Math.abs(count - draws / 18)).toBeLessThan(tolerances.deviations * deviation);
    }
  });
});

describe('the spec', () => {
  test.each([
    ['none', { spec: 'none', steps: [] }],
    ['crop:4', { spec: 'crop:4', steps: [{ name: 'crop', values: { padding: 4 } }] }],
    [
      'cutout:size=8, flip,crop:padding=4',
      {
        spec: 'crop:4,flip,cutout:8',
        steps: [
          { name: 'crop', values: { padding: 4 } },
          { name: 'flip', values: {} },
          { name: 'cutout', values: { size: 8 } },
        ],
      },
    ],
  ])('%s', (text, expected) => {
    expect(parseAugmentation(text)).toEqual(expected);
  });

  test.each([
    [
      'rotate',
      'augment: expected one of none, crop, flip, cutout, received "rotate"; e.g. crop:4,flip,cutout:8',
    ],
    [
      '',
      'augment: expected one of none, crop, flip, cutout, received ""; e.g. crop:4,flip,cutout:8',
    ],
    [
      'crop',
      'augment crop, padding: expected an integer of at least 1, received none; e.g. crop:4',
    ],
    [
      'cutout',
      'augment cutout, size: expected an integer of at least 1, received none; e.g. cutout:8',
    ],
    ['crop:0', 'augment crop, padding: expected an integer of at least 1, received 0'],
    ['cutout:1.5', 'augment cutout, size: expected an integer of at least 1, received 1.5'],
    ['flip:2', 'augment flip: expected no parameters, received "2" in "flip:2"'],
    ['flip,flip', 'augment: expected flip once, received "flip,flip"'],
    ['none,flip', 'augment: expected none alone, received "none,flip"'],
  ])('"%s" is refused', (text, message) => {
    expect(messageOf(() => parseAugmentation(text))).toBe(message);
  });

  test('a padding that leaves nothing of an image is refused', () => {
    expect(() => checkAugmentation(parseAugmentation('crop:4'), shape)).not.toThrow();
    expect(messageOf(() => checkAugmentation(parseAugmentation('crop:5'), shape))).toBe(
      'augment crop: expected a padding of at most 4 for images of 5×7, received 5',
    );
  });
});
