import type { Rng, Shape } from '../core/index.ts';
import { invariant, sizeOf } from '../core/index.ts';
import type { Frame } from './augmentation/change.ts';
import type { Augmentation } from './augmentation/forms.ts';
import { changesOf } from './augmentation/forms.ts';

export interface ImageBatch {
  /** `[n, c, h, w]` */
  readonly bytes: Uint8Array;
  /** `[c, h, w]` */
  readonly shape: Shape;
  /** `[c, 256]`, of `byteTables`. */
  readonly tables: Float32Array;
  /** `[n, c, h, w]`, filled with standardized values. */
  readonly out: Float32Array;
}

const unmoved: Frame = { down: 0, right: 0, isFlipped: false };

/**
 * Standardizes images and augments them on the way. For each image in order, each step draws what it
 * needs: first those that move the frame, then those that change values.
 * @param rng needed with an augmentation
 */
export function fillImages(batch: ImageBatch, augmentation?: Augmentation, rng?: Rng): void {
  const { bytes, shape, out } = batch;
  const size = sizeOf(shape);
  invariant(bytes.length === out.length, `${out.length} values for ${bytes.length} bytes`);
  const changes = augmentation === undefined ? [] : changesOf(augmentation);
  if (changes.length === 0) {
    translate(batch);
    return;
  }
  invariant(rng !== undefined, 'an augmentation without random numbers');
  for (let at = 0; at < bytes.length; at += size) {
    const frame = changes.reduce(
      (moved, change) => change.moveFrame?.(moved, rng) ?? moved,
      unmoved,
    );
    place(batch, at, frame);
    const values = out.subarray(at, at + size);
    for (const change of changes) change.changeValues?.(values, shape, rng);
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

/** The image that starts at `start`, standardized, as the frame shows it. */
function place(
  { bytes, shape, tables, out }: ImageBatch,
  start: number,
  { down, right, isFlipped }: Frame,
): void {
  const [c = 1, h = 1, w = 1] = shape;
  const first = Math.max(0, -right); // columns of the frame that lie inside
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
