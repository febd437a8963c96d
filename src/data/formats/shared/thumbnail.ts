import { loadSharp } from './sharp.ts';

/** A small picture that pages can hold. */
export interface Thumbnail {
  readonly type: 'image/png' | 'image/jpeg';
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Pixels of a side up to which an image is kept as it is, in a PNG. */
const smallSide = 64;

/**
 * An image as a small PNG or, if it is large, a JPEG scaled to `side`.
 * @param pixels [c, h, w], channel first: of three or more channels the first three are red, green, blue; else the first is grey
 * @param side the longer side of the picture, at most
 * @throws SymlossError of kind `failure` if sharp does not load here
 */
export async function thumbnail(
  pixels: Uint8Array,
  [c, h, w]: readonly [number, number, number],
  side = 128,
): Promise<Thumbnail> {
  const sharp = await loadSharp('thumbnail');
  const channels = c >= 3 ? 3 : 1;
  const raw = new Uint8Array(channels * h * w);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < h * w; i++) {
      raw[i * channels + channel] = pixels[channel * h * w + i] as number;
    }
  }
  const colours = channels === 1 ? 'b-w' : 'srgb';
  const image = sharp(raw, { raw: { width: w, height: h, channels } }).toColourspace(colours);
  const isSmall = Math.max(h, w) <= smallSide;
  const scaled = isSmall
    ? image.png({ compressionLevel: 9 })
    : image
        .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
        .jpeg({ quality: 80 });
  const { data, info } = await scaled.toBuffer({ resolveWithObject: true });
  return {
    type: isSmall ? 'image/png' : 'image/jpeg',
    ...{ bytes: data, width: info.width, height: info.height },
  };
}
