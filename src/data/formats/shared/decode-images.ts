import { checkInteger, checkOneOf, field, SymlossError, sizeOf } from '../../../core/index.ts';
import type { Dataset } from '../../dataset.ts';
import { count } from '../../text.ts';
import {
  BadImage,
  badImageError,
  foreignContent,
  isKnownFormat,
  reasonOf,
  tooLarge,
} from './bad-image.ts';
import type { ByteStore, StoreOptions } from './byte-store.ts';
import { openStore } from './byte-store.ts';
import type { DecodeBudget } from './decode-budget.ts';
import { decodeBudget, decodedBytes, smallPng, within } from './decode-budget.ts';
import type { CachePlan } from './image-cache.ts';
import { cachedRows } from './image-cache.ts';
import type { ImageRows } from './rows.ts';
import type { Sharp, SharpImage } from './sharp.ts';
import { loadSharp } from './sharp.ts';

export interface DecodeOptions extends StoreOptions {
  /**
   * Bring every image to this size [height, width], or to this square: scaled to cover it, and what
   * juts out is cut off evenly at both sides. Default: all images must have one size.
   */
  readonly imageSize?: number | readonly [number, number];
  /** 1 for grey, 3 for red, green, blue. Default: 1 if all images are grey, else 3. */
  readonly channels?: 1 | 3;
  /** An image that can't be decoded is an error (`fail`, default), or is left out (`skip`). */
  readonly badImages?: 'fail' | 'skip';
}

export interface EncodedImage {
  /** What messages call it: its path, or file and row. */
  readonly place: string;
  /** Bytes of it, where it is not in memory yet. */
  readonly size?: () => Promise<number>;
  /** @param atMost bytes. @throws SymlossError if it cannot be read, or has more */
  readonly load: (atMost: number) => Uint8Array | Promise<Uint8Array>;
}

/** An image before it is decoded. */
interface Loaded {
  readonly place: string;
  readonly image: SharpImage;
  readonly isGrey: boolean;
  readonly width: number;
  readonly height: number;
  /** Bytes that it takes while it is decoded. */
  readonly bytes: number;
}

interface Pixels {
  /** [c, h, w] */
  readonly shape: readonly [number, number, number];
  /** [h, w, c] */
  readonly bytes: Uint8Array;
}

/** A colour image among grey ones. */
class ColourFound extends Error {}

/** The most images that are decoded at the same time. */
const atOnce = 64;
/** Pixels of an image from which on reading it takes longer than a step of small networks: 512 × 512. */
const large = 2 ** 18;
/** How many images that were left out a notice names. */
const namedSkips = 20;

export const badImageRules = ['fail', 'skip'] as const;

/** The fields of `DecodeOptions` that only encoded images have a use for. */
export const decodeFields = ['imageSize', 'channels', 'badImages'] as const;

/** The channels of a dataset's images, for data that must fit them. */
export function channelsOf({ featureShape }: Pick<Dataset, 'featureShape'>): DecodeOptions {
  return featureShape.length === 3 ? { channels: featureShape[0] as 1 | 3 } : {};
}

/**
 * Decodes JPEG, PNG and WebP images (told by their content) to bytes [n, c, h, w]. Images are turned
 * as their EXIF data say, colours become sRGB, 16 bits become 8, and what is transparent is laid on
 * black.
 * @param n how many images there are
 * @param images yields them in order; it is called again when colour turns up among grey images
 * @throws SymlossError naming the image that can't be decoded or has another size; of kind `failure`
 * where sharp is not installed
 */
export async function decodeImages(
  where: string,
  n: number,
  images: () => AsyncIterable<EncodedImage> | Iterable<EncodedImage>,
  plan: CachePlan,
  options: DecodeOptions = {},
): Promise<ImageRows> {
  const settings = checkOptions(options);
  const { size, channels, badImages } = settings;
  const key = { ...(plan.key as object), size, channels, badImages };
  const sharp = await loadSharp(where);
  return cachedRows({ ...plan, key }, options, async (file) => {
    const open = (shape: Pixels['shape']) => openStore(where, n, sizeOf(shape), options, file);
    const onRows = (rows: number) =>
      options.onProgress?.({ work: 'decoding', source: where, rows, share: rows / n });
    const decode = (forced: 1 | 3 | undefined) => {
      const own = { ...settings, channels: forced };
      const decoder = new Decoder(sharp, own, decodeBudget(options), open);
      return decoder.run(where, images(), options.signal, onRows);
    };
    try {
      return await decode(channels);
    } catch (error) {
      if (!(error instanceof ColourFound)) throw error;
      const rows = await decode(3);
      return { ...rows, notices: ['grey and colour images: all as 3 channels', ...rows.notices] };
    }
  });
}

interface Settings {
  readonly size: readonly [number, number] | undefined;
  readonly channels: 1 | 3 | undefined;
  readonly badImages: 'fail' | 'skip';
}

function checkOptions({ imageSize, channels, badImages = 'fail' }: DecodeOptions): Settings {
  const sides =
    imageSize === undefined || typeof imageSize !== 'number' ? imageSize : [imageSize, imageSize];
  for (const side of sides ?? []) checkInteger(field('imageSize'), side, { min: 1, max: 16_384 });
  if (channels !== undefined && channels !== 1 && channels !== 3) {
    throw new SymlossError(field('channels'), '1 or 3', String(channels));
  }
  checkOneOf(field('badImages'), badImages, badImageRules);
  return { size: sides as readonly [number, number] | undefined, channels, badImages };
}

class Decoder {
  readonly #sharp: Sharp;
  readonly #settings: Settings;
  readonly #budget: DecodeBudget;
  readonly #openStore: (shape: Pixels['shape']) => Promise<ByteStore>;
  /** Of the first image, which all others must have. */
  #shape: Pixels['shape'] | undefined;
  #first = '';
  /** How many images had another size than they were to have. */
  #scaled = 0;

  constructor(
    sharp: Sharp,
    settings: Settings,
    budget: DecodeBudget,
    open: (shape: Pixels['shape']) => Promise<ByteStore>,
  ) {
    this.#sharp = sharp;
    this.#settings = settings;
    this.#budget = budget;
    this.#openStore = open;
  }

  async run(
    where: string,
    images: AsyncIterable<EncodedImage> | Iterable<EncodedImage>,
    signal: AbortSignal | undefined,
    onRows: (rows: number) => void,
  ): Promise<ImageRows> {
    const skipped: number[] = [];
    const faults: BadImage[] = [];
    let store: ByteStore | undefined;
    let row = 0;
    try {
      for await (const some of groups(images, () => (this.#shape === undefined ? 1 : atOnce))) {
        for await (const pixels of this.#decodeAll(some, signal)) {
          if (pixels instanceof BadImage) {
            if (this.#settings.badImages === 'fail') throw badImageError(pixels);
            skipped.push(row);
            if (faults.length < namedSkips) faults.push(pixels);
          } else {
            store ??= await this.#openStore(pixels.shape);
            await store.append(channelFirst(pixels));
          }
          row++;
        }
        onRows(row);
      }
      if (store === undefined || this.#shape === undefined) {
        const [fault] = faults;
        const received =
          fault === undefined ? 'none' : `none of ${row} (${fault.place}: ${fault.reason})`;
        throw new SymlossError(where, 'images that can be decoded', received);
      }
      const features = await store.finish();
      return { features, shape: this.#shape, skipped, notices: this.#notices(skipped, faults) };
    } catch (error) {
      await store?.discard();
      throw error;
    }
  }

  #notices(skipped: readonly number[], faults: readonly BadImage[]): string[] {
    const notices: string[] = [];
    const [, h, w] = this.#shape as Pixels['shape'];
    if (this.#scaled > 0) {
      notices.push(`${count(this.#scaled, 'image')} of another size scaled to ${h} × ${w}`);
    } else if (h * w > large) {
      notices.push(
        `images of ${h} × ${w} are large: training may wait for them most of the time; ` +
          'imageSize (--image-size) scales them when they are read',
      );
    }
    if (skipped.length > 0) {
      const named = faults.map(({ place, reason }) => `${place} (${reason})`).join(', ');
      const more = skipped.length > faults.length ? ', …' : '';
      notices.push(`${count(skipped.length, 'bad image')} left out: ${named}${more}`);
    }
    return notices;
  }

  /** In order, as many at once as the budget allows: their headers tell how large they become. */
  async *#decodeAll(
    images: readonly EncodedImage[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Pixels | BadImage> {
    const { together } = this.#budget;
    const sizes = await Promise.all(images.map(({ size }) => size?.() ?? 0));
    for (const some of within(images, (_, i) => sizes[i] as number, together)) {
      const loaded = await Promise.all(some.map((image) => this.#load(image)));
      for (const few of within(loaded, ({ bytes }) => bytes, together)) {
        signal?.throwIfAborted();
        yield* await Promise.all(few.map((image) => this.#decode(image)));
      }
    }
  }

  /** The first image decides: while it is grey, each is asked whether it is grey, too. */
  get #asksForGrey(): boolean {
    return this.#settings.channels === undefined && this.#shape?.[0] !== 3;
  }

  async #load({ place, load }: EncodedImage): Promise<Loaded | BadImage> {
    const { single } = this.#budget;
    try {
      const content = await load(single);
      if (!isKnownFormat(content)) return new BadImage(place, foreignContent(content));
      const image = this.#sharp(content, { autoOrient: true });
      const small = this.#asksForGrey ? undefined : smallPng(content);
      if (small !== undefined) return { place, image, isGrey: false, ...small };
      const header = await image.metadata();
      const size = decodedBytes(header, this.#settings.size);
      if (size > single) return tooLarge(place, header, size);
      const isGrey = /^(b-w|grey16)$/.test(header.space);
      const { width, height, orientation = 1 } = header;
      const lies = orientation > 4; // on its side
      const [w, h] = lies ? [height, width] : [width, height];
      return { place, image, isGrey, width: w, height: h, bytes: size + content.length };
    } catch (error) {
      return new BadImage(place, error instanceof SymlossError ? error.received : reasonOf(error));
    }
  }

  async #decode(loaded: Loaded | BadImage): Promise<Pixels | BadImage> {
    if (loaded instanceof BadImage) return loaded;
    const { place, image } = loaded;
    const { size, channels } = this.#settings;
    const isGrey = this.#asksForGrey ? loaded.isGrey : channels === 1;
    if (!isGrey && this.#shape?.[0] === 1) throw new ColourFound();
    if (size !== undefined) {
      const [height, width] = size;
      image.resize({ height, width, fit: 'cover' });
      if (loaded.height !== height || loaded.width !== width) this.#scaled++;
    }
    image.flatten().toColourspace(isGrey ? 'b-w' : 'srgb');
    let pixels: Pixels;
    try {
      const { data, info } = await image
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true });
      pixels = { shape: [info.channels, info.height, info.width], bytes: data };
    } catch (error) {
      return new BadImage(place, reasonOf(error));
    }
    this.#check(place, pixels.shape);
    return pixels;
  }

  #check(place: string, shape: Pixels['shape']): void {
    if (this.#shape === undefined) {
      this.#shape = shape;
      this.#first = place;
    }
    const [, h, w] = this.#shape;
    if (shape[1] === h && shape[2] === w) return;
    const expected = `an image of ${h} × ${w} pixels, as ${this.#first}`;
    throw new SymlossError(place, expected, `${shape[1]} × ${shape[2]}`, {
      hint: `bring all to one size (${field('imageSize')})`,
    });
  }
}

/** Items in groups of the size that is asked for before each group. */
async function* groups<T>(
  items: AsyncIterable<T> | Iterable<T>,
  size: () => number,
): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size()) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function channelFirst({ shape: [c, h, w], bytes }: Pixels): Uint8Array {
  if (c === 1) return bytes;
  const area = h * w;
  const out = new Uint8Array(c * area);
  for (let channel = 0; channel < c; channel++) {
    const start = channel * area;
    for (let i = 0; i < area; i++) out[start + i] = bytes[i * c + channel] as number;
  }
  return out;
}
