import type { StoreOptions } from './byte-store.ts';
import { memoryLimitOf } from './byte-store.ts';
import type { ImageHeader } from './sharp.ts';

/** However low the memory limit is, images of 8 megapixels can be decoded. */
const least = 2 ** 26;
/** More at once is no faster: sharp works on as many images as libuv has threads. */
const together = 2 ** 29;

/** How many bytes the images that are decoded at the same time may take, and a single one. */
export interface DecodeBudget {
  readonly together: number;
  readonly single: number;
}

export function decodeBudget(options: StoreOptions): DecodeBudget {
  const single = Math.max(least, memoryLimitOf(options));
  return { together: Math.min(together, single), single };
}

/** Lines of an image that pass at a time where it is scaled while it is read. */
const lines = 256;

/**
 * Bytes that decoding an image takes, at most: once as it is stored and once as it comes out.
 * @param size what it is scaled to: then it passes in strips, unless its file is not in order of lines
 */
export function decodedBytes(
  { width, height, channels, depth, format, isProgressive, orientation = 1 }: ImageHeader,
  size: readonly [number, number] | undefined,
): number {
  const line = width * (channels * (depth === 'uchar' ? 1 : 2) + 3);
  const passes = (format === 'jpeg' || format === 'png') && !isProgressive && orientation === 1;
  if (size === undefined || !passes) return line * height;
  return line * Math.min(height, lines) + 3 * size[0] * size[1];
}

/** A PNG that takes little to decode, at most so many bytes: known without asking sharp, which takes time. */
export function smallPng(
  content: Uint8Array,
): { readonly width: number; readonly height: number; readonly bytes: number } | undefined {
  if (content[0] !== 0x89 || content.length < 29) return undefined;
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const bytes = width * height * (4 * 2 + 3); // 4 channels of 16 bits
  return bytes <= 2 ** 20 ? { width, height, bytes: bytes + content.length } : undefined;
}

/** Items in order, in groups that take at most `budget` bytes together; a larger item is alone. */
export function* within<T>(
  items: readonly T[],
  bytesOf: (item: T, i: number) => number,
  budget: number,
): Generator<T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const [i, item] of items.entries()) {
    const own = bytesOf(item, i);
    if (group.length > 0 && bytes + own > budget) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += own;
  }
  if (group.length > 0) yield group;
}
