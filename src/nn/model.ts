import type { Layer } from './scope.ts';

/** A network for any number of classes; `spec` is what it is called in files and listings. */
export interface Model {
  readonly spec: string;
  /** The layers from features [n, …] to scores [n, k]. */
  readonly network: (k: number) => Layer;
}
