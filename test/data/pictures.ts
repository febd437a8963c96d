import sharp from 'sharp';

/** A PNG of h × w pixels, values [h, w, c] in a row; c = 1 grey, 2 with alpha, 3 colour, 4 with alpha. */
export function png(
  [h, w, c]: readonly [number, number, 1 | 2 | 3 | 4],
  values: readonly number[],
): Promise<Buffer> {
  const image = sharp(Buffer.from(values), { raw: { width: w, height: h, channels: c } });
  return image
    .toColourspace(c < 3 ? 'b-w' : 'srgb')
    .png()
    .toBuffer();
}

/** A grey PNG of one value. */
export function grey(value: number, h = 2, w = 2): Promise<Buffer> {
  return png([h, w, 1], new Array<number>(h * w).fill(value));
}

/** A colour PNG of one colour. */
export function colour(rgb: readonly [number, number, number], h = 2, w = 2): Promise<Buffer> {
  return png([h, w, 3], Array.from({ length: h * w }, () => rgb).flat());
}

/** The same in another format; grey stays grey. */
export async function convert(image: Buffer, format: 'jpeg' | 'webp' | 'gif'): Promise<Buffer> {
  const { space = 'srgb' } = await sharp(image).metadata();
  const options = format === 'webp' ? { lossless: true } : {};
  return sharp(image).toColourspace(space).toFormat(format, options).toBuffer();
}
