import type { Rng, Shape } from '../core/index.ts';

/** A tensor that the step takes under `name` and gives back, changed, under `next/name`. */
export interface Slot {
  readonly name: string;
  readonly shape: Shape;
  /**
   * Whether the network needs it to predict, or the optimiser to go on, as it does the variables themselves where averages predict; or it is
   * what the loss remembers of all training rows, of which a step takes and gives those of its batch.
   */
  readonly role: 'network' | 'optimizer' | 'rows';
  /** Of an average: the variable of the network that it is of. */
  readonly averages?: string | undefined;
  readonly initialise: (rng: Rng) => Float32Array;
}
