import type { Rng, Shape } from '../core/index.ts';
import {
  checkInteger,
  invariant,
  parseDecimal,
  readSpec,
  SymlossError,
  show,
  sizeOf,
  splitAtCommas,
} from '../core/index.ts';

/**
 * Random changes of training images. They are applied in this order, each to every image with
 * random numbers of its own:
 *
 * 1. `crop:p`: the image is padded by p pixels on each side and cut out again at one of the
 *    (2p + 1)² places, each as likely. The padding is the mean of the channel, 0 after standardising.
 * 2. `flip`: left and right are exchanged with probability 1/2.
 * 3. `cutout:s`: a square of s·s pixels becomes the mean of the channel. Its centre is any pixel, each
 *    as likely, so the border may clip it (DeVries and Taylor, *Improved regularization of
 *    convolutional neural networks with cutout*, 2017). It covers rows centre − ⌊s/2⌋ and the s − 1
 *    after it, columns alike.
 */
export interface Augmentation {
  /** Canonical: `none`, or steps in the order above, `crop:4,flip,cutout:8`. */
  readonly spec: string;
  /** Pixels of padding, at least 1. */
  readonly crop?: number;
  readonly flip?: boolean;
  /** Side of the square, at least 1. */
  readonly cutout?: number;
}

const forms = {
  none: {},
  crop: { keys: ['padding'], bare: 1 },
  flip: {},
  cutout: { keys: ['size'], bare: 1 },
};

/**
 * Reads `none` or some of `crop:4`, `flip`, `cutout:8`, separated by commas. The order of the text
 * does not matter: see `Augmentation` for the order in which they are applied.
 * @throws SymlossError for an unknown step, one that is named twice, or a size that is no integer
 * of at least 1
 */
export function parseAugmentation(text: string): Augmentation {
  const found = new Map<keyof typeof forms, number>();
  for (const piece of splitAtCommas(text)) {
    const { name, where, named } = readSpec('augment', piece, forms, 'e.g. crop:4,flip,cutout:8');
    if (found.has(name)) throw new SymlossError('augment', `${name} once`, show(text));
    const [key] = name === 'crop' || name === 'cutout' ? forms[name].keys : [];
    const value = key === undefined ? '1' : named.get(key);
    if (value === undefined) {
      throw new SymlossError(`${where} ${key}`, 'a number of pixels', 'none', {
        hint: `e.g. ${name}:4`,
      });
    }
    found.set(name, checkInteger(where, parseDecimal(where, value), { min: 1 }));
  }
  if (found.has('none') && found.size > 1) {
    throw new SymlossError('augment', 'none alone', show(text));
  }
  const [crop, cutout] = [found.get('crop'), found.get('cutout')];
  const steps = [
    ...(crop === undefined ? [] : [`crop:${crop}`]),
    ...(found.has('flip') ? ['flip'] : []),
    ...(cutout === undefined ? [] : [`cutout:${cutout}`]),
  ];
  return {
    spec: steps.join(',') || 'none',
    ...(crop !== undefined && { crop }),
    ...(found.has('flip') && { flip: true }),
    ...(cutout !== undefined && { cutout }),
  };
}

/** @throws SymlossError if the padding could push a whole image of [c, h, w] out of sight */
export function checkAugmentation({ crop = 0 }: Augmentation, [, h = 0, w = 0]: Shape): void {
  const most = Math.min(h, w) - 1;
  if (crop <= most) return;
  const expected = `a padding of at most ${most} for images of ${h}×${w}`;
  throw new SymlossError('augment crop', expected, String(crop));
}

export interface ImageBatch {
  /** `[n, c, h, w]` */
  readonly bytes: Uint8Array;
  /** `[c, h, w]` */
  readonly shape: Shape;
  /** `[c, 256]`, of `byteTables`. */
  readonly tables: Float32Array;
  /** `[n, c, h, w]`, filled with standardised values. */
  readonly out: Float32Array;
}

/**
 * Standardises images and augments them on the way. For each image in order it draws the shift
 * (down, then right), the flip and the centre of the hole (row, then column), those that are asked for.
 * @param rng needed with an augmentation
 */
export function fillImages(batch: ImageBatch, augmentation?: Augmentation, rng?: Rng): void {
  const { bytes, shape, out } = batch;
  const [, h = 1, w = 1] = shape;
  const size = sizeOf(shape);
  invariant(bytes.length === out.length, `${out.length} values for ${bytes.length} bytes`);
  if (augmentation === undefined || augmentation.spec === 'none') {
    translate(batch);
    return;
  }
  const { crop, flip, cutout } = augmentation;
  const draw = (count: number): number => (rng as Rng).integer(count);
  for (let at = 0; at < bytes.length; at += size) {
    const down = crop === undefined ? 0 : draw(2 * crop + 1) - crop;
    const right = crop === undefined ? 0 : draw(2 * crop + 1) - crop;
    place(batch, at, down, right, flip === true && draw(2) === 1);
    if (cutout !== undefined) {
      const top = draw(h) - Math.floor(cutout / 2);
      const left = draw(w) - Math.floor(cutout / 2);
      erase(batch, at, top, left, cutout);
    }
  }
}

/** Every byte as its table says, nothing moved. */
function translate({ bytes, shape, tables, out }: ImageBatch): void {
  const plane = sizeOf(shape.slice(1));
  for (let at = 0; at < bytes.length; ) {
    for (let base = 0; base < tables.length; base += 256) {
      for (const end = at + plane; at < end; at++) {
        out[at] = tables[base + (bytes[at] as number)] as number;
      }
    }
  }
}

/** Pixel (y, x) of the cut-out is (y + down, x + right) of the image, or 0 outside of it. */
function place(
  { bytes, shape, tables, out }: ImageBatch,
  start: number,
  down: number,
  right: number,
  isFlipped: boolean,
): void {
  const [c = 1, h = 1, w = 1] = shape;
  const first = Math.max(0, -right); // columns of the cut-out that lie inside
  const end = Math.min(w, w - right);
  for (let channel = 0; channel < c; channel++) {
    const base = channel * 256;
    const plane = start + channel * h * w;
    for (let y = 0; y < h; y++) {
      const line = plane + y * w;
      const from = y + down;
      if (from < 0 || from >= h) {
        out.fill(0, line, line + w);
        continue;
      }
      const source = plane + from * w + right;
      if (first > 0 || end < w) out.fill(0, line, line + w);
      if (isFlipped) {
        for (let x = first, to = line + w - 1 - first; x < end; x++, to--) {
          out[to] = tables[base + (bytes[source + x] as number)] as number;
        }
      } else {
        for (let x = first; x < end; x++) {
          out[line + x] = tables[base + (bytes[source + x] as number)] as number;
        }
      }
    }
  }
}

function erase(
  { shape, out }: ImageBatch,
  start: number,
  top: number,
  left: number,
  side: number,
): void {
  const [c = 1, h = 1, w = 1] = shape;
  const [from, to] = [Math.max(0, left), Math.min(w, left + side)];
  for (let channel = 0; channel < c; channel++) {
    for (let y = Math.max(0, top); y < Math.min(h, top + side); y++) {
      const line = start + (channel * h + y) * w;
      out.fill(0, line + from, line + to);
    }
  }
}
