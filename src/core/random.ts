import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { SymlossError } from './errors.ts';

type Generator = ReturnType<typeof xoroshiro128plusFromState>;

/**
 * One seeded stream of random numbers (xoroshiro128+). Streams with different names derived from
 * the same seed are independent, so drawing more numbers from one never moves another.
 */
export class Rng {
  readonly #generator: Generator;

  constructor(state: readonly number[]) {
    this.#generator = xoroshiro128plusFromState(state);
  }

  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** Standard normal (Box and Muller 1958, the cosine half). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Uniform in 0, 1, …, n − 1, without modulo bias. */
  integer(n: number): number {
    return uniformInt(this.#generator, 0, n - 1);
  }

  /** Shuffles in place (Fisher and Yates) and returns its argument. */
  shuffle<T extends { [index: number]: unknown; readonly length: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
    return items;
  }

  /** A random order of 0, 1, …, n − 1. */
  permutation(n: number): Uint32Array {
    return this.shuffle(Uint32Array.from({ length: n }, (_, i) => i));
  }

  /** Fills an array with float32 uniforms in [0, 1) of 24 random bits each: fast, for masks. */
  fillUniform(out: Float32Array): void {
    for (let i = 0; i < out.length; i++) out[i] = (this.#generator.next() >>> 8) * 2 ** -24;
  }

  /** The state, for a checkpoint; `new Rng(state)` goes on from it. */
  state(): readonly number[] {
    return this.#generator.getState();
  }
}

/**
 * The stream called `name` of the run with this seed, e.g. `stream(1, 'shuffle')`.
 * @param seed an integer from 0 to 2^53 − 1
 */
export function stream(seed: number, name: string): Rng {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new SymlossError('seed', 'an integer from 0 to 2^53 - 1', String(seed));
  }
  const high = Math.floor(seed / 2 ** 32);
  let a = mix(seed ^ mix(high + 0x9e3779b9));
  let b = mix(seed ^ mix(high + 0x7f4a7c15));
  for (let i = 0; i < name.length; i++) {
    a = mix(a ^ name.charCodeAt(i));
    b = mix(b + name.charCodeAt(i) + 1);
  }
  const state: number[] = [mix(a), mix(a + 0x9e3779b9), mix(b), mix(b + 0x9e3779b9)];
  if (!state.some((word) => word !== 0)) state[0] = 1; // the all-zero state would stay zero
  return new Rng(state);
}

/** A bijective 32-bit mixer (the finaliser of MurmurHash3). */
function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
