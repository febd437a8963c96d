import type { Embedding } from '../../embedding.ts';

/** Vectors of length 1, [rows, width], row-major. */
export interface Vectors {
  readonly data: Float32Array;
  readonly width: number;
}

/** An image as transformers.js takes it. */
export interface ImagePixels {
  /** [h, w, c] */
  readonly bytes: Uint8Array;
  readonly shape: readonly [c: number, h: number, w: number];
}

/** A pretrained model in memory. @throws Error for what it cannot take */
export interface LoadedModel {
  texts(texts: readonly string[]): Promise<Vectors>;
  images(images: readonly ImagePixels[]): Promise<Vectors>;
  dispose(): Promise<void>;
}

/** A pretrained model whose files are there. */
export interface FoundModel {
  /** Id or folder, as it was given. */
  readonly name: string;
  readonly of: Embedding['of'];
  /** Of its files. */
  readonly sha256: string;
  /** @throws SymlossError where transformers.js cannot load it */
  load(): Promise<LoadedModel>;
}
