import { stream } from '../../../src/core/index.ts';
import { parseNoise } from '../../../src/noise/index.ts';

/** Points of three classes in the plane, some of which have a wrong label. */
export interface Points {
  /** [n][2], within the square from −1.5 to 1.5 but for a few. */
  readonly features: readonly (readonly [x: number, y: number])[];
  /** [n], as given. */
  readonly labels: Int32Array;
  /** [n] */
  readonly trueLabels: Int32Array;
}

export const shapes = ['spirals', 'moons', 'blobs', 'rings'] as const;
export type Shape = (typeof shapes)[number];

export const classCount = 3;

/** Half of the side of the square that is drawn. */
export const reach = 1.5;

type Draw = (
  kind: number,
  uniform: () => number,
  normal: () => number,
) => readonly [number, number];

const draws: Readonly<Record<Shape, Draw>> = {
  spirals(kind, uniform, normal) {
    const radius = 0.2 + uniform();
    const angle = (2 * Math.PI * kind) / classCount + 2.6 * radius;
    return [radius * Math.cos(angle) + 0.07 * normal(), radius * Math.sin(angle) + 0.07 * normal()];
  },
  moons(kind, uniform, normal) {
    // half circles beside each other, every other one hanging into its neighbours
    const angle = Math.PI * uniform();
    const height = kind % 2 === 0 ? Math.sin(angle) : 0.5 - Math.sin(angle);
    const x = 0.6 * (kind - 1 + Math.cos(angle));
    return [x + 0.07 * normal(), 0.6 * (height - 0.25) + 0.07 * normal()];
  },
  blobs(kind, _, normal) {
    const angle = (2 * Math.PI * kind) / classCount + Math.PI / 2;
    return [0.75 * Math.cos(angle) + 0.32 * normal(), 0.75 * Math.sin(angle) + 0.32 * normal()];
  },
  rings(kind, uniform, normal) {
    const radius = 0.25 + 0.45 * kind + 0.07 * normal();
    const angle = 2 * Math.PI * uniform();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
};

/**
 * n points of a shape. The same seed gives the same points and the same wrong labels.
 * @param noiseRate share of the labels that are wrong, all other classes alike
 */
export function makePoints(shape: Shape, n: number, noiseRate: number, seed: number): Points {
  const rng = stream(seed, 'points');
  const trueLabels = Int32Array.from({ length: n }, (_, i) => i % classCount);
  const features = Array.from(trueLabels, (kind) =>
    draws[shape](
      kind,
      () => rng.uniform(),
      () => rng.normal(),
    ),
  );
  const labels = noisyLabels(trueLabels, classCount, noiseRate, seed);
  return { features, labels, trueLabels };
}

/** The same labels with mistakes, the other classes alike. @param noiseRate share of the labels that are wrong */
export function noisyLabels(
  labels: Int32Array,
  k: number,
  noiseRate: number,
  seed: number,
): Int32Array {
  return parseNoise(`symmetric:${noiseRate}`).corrupt(labels, k, stream(seed, 'noise')).labels;
}
