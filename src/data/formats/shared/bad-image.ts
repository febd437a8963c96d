import { field, SymlossError } from '../../../core/index.ts';
import type { ImageHeader } from './sharp.ts';

/** An image that can't be decoded, and why. */
export class BadImage {
  readonly place: string;
  readonly reason: string;
  readonly remedy: string;
  readonly bytes = 0;
  constructor(place: string, reason: string, remedy = 'replace it') {
    this.place = place;
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** JPEG, PNG or WebP. */
export function isKnownFormat(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.length)).toString(
    'latin1',
  );
  return (
    start.startsWith('\xff\xd8\xff') ||
    start.startsWith('\x89PNG\r\n\x1a\n') ||
    (start.startsWith('RIFF') && start.endsWith('WEBP'))
  );
}

export function foreignContent(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no content';
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex').replace(/..\B/g, '$& ');
  return `neither JPEG, PNG nor WebP, it starts with the bytes ${start}`;
}

export function tooLarge(place: string, { width, height }: ImageHeader, size: number): BadImage {
  const reason = `${height} × ${width} pixels, which take ${size} bytes, more than the memory limit`;
  return new BadImage(place, reason, `raise the limit (${field('memoryLimit')})`);
}

export function badImageError({ place, reason, remedy }: BadImage): SymlossError {
  return new SymlossError(place, 'an image that can be decoded', reason, {
    hint: `${remedy}, or leave such images out (${field('badImages', 'skip')})`,
  });
}

/** libvips may say several things, a line each. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.trim().split('\n')[0] as string).replace(/:$/, '');
}
