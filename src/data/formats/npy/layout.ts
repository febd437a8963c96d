import { SymlossError } from '../../../core/index.ts';
import type { NpyArray } from './array.ts';

/** How an array's axes are taken. */
export interface NpyLayout {
  readonly n: number;
  /** `[d]`, or `[c, h, w]` for images. */
  readonly featureShape: readonly number[];
  /** Whether the channels come last in the array. */
  readonly channelsLast: boolean;
}

/**
 * What the axes of an array mean: [n, d] is a table, [n, h, w] are grey images, [n, h, w, c] and
 * [n, c, h, w] images of c = 1 or 3 channels (where both fit, the channels are last, as is usual in
 * NumPy).
 * @throws SymlossError for another shape
 */
export function npyLayout(where: string, shape: readonly number[]): NpyLayout {
  const [n = 0, a = 0, b = 0, c = 0] = shape;
  const isChannels = (size: number) => size === 1 || size === 3;
  if (shape.includes(0)) {
    throw new SymlossError(where, 'at least one value', `shape (${shape.join(', ')})`);
  }
  if (shape.length === 2) return { n, featureShape: [a], channelsLast: false };
  if (shape.length === 3) return { n, featureShape: [1, a, b], channelsLast: false };
  if (shape.length === 4 && isChannels(c)) {
    return { n, featureShape: [c, a, b], channelsLast: c > 1 };
  }
  if (shape.length === 4 && isChannels(a)) {
    return { n, featureShape: [a, b, c], channelsLast: false };
  }
  throw new SymlossError(
    where,
    'a table (n, d) or images (n, h, w), (n, h, w, c) or (n, c, h, w) of 1 or 3 channels',
    `shape (${shape.join(', ')})`,
  );
}

/** Pixels [h, w, c] of one image into [c, h, w]. */
export function moveChannelsFirst<T extends Uint8Array | Float32Array>(
  pixels: ArrayLike<number>,
  channels: number,
  out: T,
): T {
  const area = out.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < area; i++)
      out[channel * area + i] = pixels[i * channels + channel] as number;
  }
  return out;
}

/** An array as features: images of bytes stay bytes, everything else becomes float32. */
export function npyFeatures(array: NpyArray, layout: NpyLayout): Float32Array | Uint8Array {
  const { values, dtype } = array;
  const { n, featureShape, channelsLast } = layout;
  const isBytes = dtype === 'u1' && featureShape.length === 3;
  if (!channelsLast && !isBytes) return Float32Array.from(values as ArrayLike<number>);
  const out = isBytes
    ? new Uint8Array(new SharedArrayBuffer(values.length))
    : new Float32Array(values.length);
  if (!channelsLast) {
    out.set(values as ArrayLike<number>);
    return out;
  }
  const size = values.length / n;
  for (let row = 0; row < n; row++) {
    const [from, to] = [row * size, (row + 1) * size];
    const pixels = values.subarray(from, to);
    moveChannelsFirst(pixels, featureShape[0] as number, out.subarray(from, to));
  }
  return out;
}
