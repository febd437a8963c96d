import type { Form, ListedSyntax, Parameters, Rng, Shape } from '../../core/index.ts';

/** Where the pixels of an augmented image come from: it is shifted first, then mirrored. */
export interface Frame {
  /** Pixel (y, x) of the shifted image is (y + down, x + right) of the image, 0 outside of it. */
  readonly down: number;
  readonly right: number;
  /** Whether left and right are exchanged. */
  readonly isFlipped: boolean;
}

/**
 * A random change of training images. It draws for each image anew. All changes move the frame first,
 * in the order of the table; then the image is read, and all change its values, in the same order.
 */
export interface ImageChange {
  readonly moveFrame?: (frame: Frame, rng: Rng) => Frame;
  /** Changes the standardized values [c*h*w] of one image in place; 0 is the mean of the channel. */
  readonly changeValues?: (values: Float32Array, shape: Shape, rng: Rng) => void;
  /** @throws SymlossError where images of the shape [c, h, w] are too small for it */
  readonly check?: (shape: Shape) => void;
}

/** A row of the table of augmentation steps. */
export type AugmentationForm<P extends Parameters = Parameters> = Form<ImageChange, P> &
  ListedSyntax<P>;

/** A row as it is written; the compiler takes the types of `build` from `parameters`. */
export function augmentationForm<const P extends Parameters>(
  row: AugmentationForm<P>,
): AugmentationForm {
  return row;
}
