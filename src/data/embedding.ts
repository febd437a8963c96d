import type { Shape } from '../core/index.ts';

/** What a pretrained model makes a vector of. */
export const embeddedKinds = ['text', 'image'] as const;

/**
 * How vectors are made of what a pretrained model puts out; then they are brought to length 1 (L2):
 * - `mean`, of texts: the mean of the last hidden state over the tokens of the text;
 * - `own or mean`, of images: the vector of the image where the model has one (`image_embeds`, `pooler_output`), else the mean
 *   of the last hidden state over its tokens or places.
 */
export const poolings = ['mean', 'own or mean'] as const;

/** How a vector `column[0]`, `column[1]`, … came to be: plain data. */
export interface Embedding {
  /** The column of texts; of images `image`. */
  readonly column: string;
  readonly of: (typeof embeddedKinds)[number];
  /** Id or folder of the model, as it was given. */
  readonly model: string;
  /** Of the files of the model, in hexadecimal digits. */
  readonly sha256: string;
  readonly pooling: (typeof poolings)[number];
  /** Vectors have length 1. */
  readonly normalized: true;
  /** Numbers of a vector. */
  readonly width: number;
  /** [c, h, w] of the images. */
  readonly imageShape?: Shape | undefined;
}

/** The column that stands for images. */
export const imageColumn = 'image';

/** The names of the numbers of a vector. */
export function vectorColumns(column: string, width: number): string[] {
  return Array.from({ length: width }, (_, i) => `${column}[${i}]`);
}
