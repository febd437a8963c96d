import { checkInteger, checkLabels, checkNumber, SymlossError } from '../core/index.ts';
import type { NameMap, PublishedName } from './class-maps.ts';
import {
  publishedTargets,
  recognisedTargets,
  targetsByName,
  targetsByNumber,
} from './class-maps.ts';
import type { ClassNoise, NoiseContext } from './noise.ts';
import { describeCorruption } from './noise.ts';
import { identityTransition } from './transition.ts';

/**
 * Where classes go: `map[i]` is the wrong class of class i. A class that an object leaves out, or
 * that an array sends to itself, keeps its labels.
 */
export type ClassMap = Int32Array | Readonly<Record<number, number>>;

/**
 * Asymmetric noise: a row of a class that the map moves gets the map's class with probability
 * `rate`. Classes that the map does not move keep their labels, so the share of wrong labels in the
 * whole data is smaller than the rate: half of it for CIFAR-10's map on balanced classes. With the
 * same seed a higher rate changes the rows that a lower one changed, and more.
 *
 * ```ts
 * asymmetricNoise(0.3, { 7: 1, 2: 7, 5: 6, 6: 5, 3: 8 }); // MNIST's map, as asymmetric:0.3,map=mnist
 * ```
 * @param rate in [0, 1], P(noisy = map[i] | true = i) of a class i that moves
 * @param map class numbers from 0; an array has k entries
 * @throws SymlossError if the rate is not one, or the map moves no class
 */
export function asymmetricNoise(rate: number, map: ClassMap): ClassNoise {
  const moves = (map instanceof Int32Array ? [...map.entries()] : Object.entries(map))
    .map(([from, to]) => [Number(from), to] as const)
    .filter(([from, to]) => from !== to);
  if (moves.length === 0) {
    throw new SymlossError('noise asymmetric map', 'a map that moves a class', 'none that does');
  }
  for (const move of moves) {
    for (const label of move) checkInteger('noise asymmetric map', label, { min: 0 });
  }
  const text = moves.map(([from, to]) => `${from}>${to}`).join(',');
  const size = map instanceof Int32Array ? map.length : undefined;
  return mapped('asymmetric', `asymmetric:${rate},map=(${text})`, rate, (k) => {
    if (size !== undefined && size !== k) {
      throw new SymlossError(
        'noise asymmetric map',
        `${k} classes, as many as the data`,
        `${size}`,
      );
    }
    return targetsByNumber(moves, k);
  });
}

/** Asymmetric noise by a published map, or by that of the data that the class names tell. */
export function publishedNoise(rate: number, name?: PublishedName): ClassNoise {
  const spec = `asymmetric:${rate}${name === undefined ? '' : `,map=${name}`}`;
  return mapped('asymmetric', spec, rate, (k, { classes } = {}) =>
    name === undefined ? recognisedTargets(k, classes) : publishedTargets(name, k, classes),
  );
}

/** Asymmetric noise by a map of class names from a file. */
export function namedNoise(rate: number, file: string, moves: NameMap): ClassNoise {
  return mapped('asymmetric', `asymmetric:${rate},map=${file}`, rate, (_, { classes } = {}) => {
    if (classes === undefined) {
      throw new SymlossError('noise asymmetric', 'the names of the classes', 'none', {
        hint: 'pass { classes }, or give the map in class numbers: map=(0>1)',
      });
    }
    return targetsByName(file, moves, classes);
  });
}

/**
 * Pair noise: class i becomes i + 1, and the last class the first, with probability `rate`. With the
 * same seed a higher rate changes the rows that a lower one changed, and more.
 * @param rate in [0, 1], the share of labels that change
 * @throws SymlossError if the rate is not one
 */
export function pairNoise(rate: number): ClassNoise {
  return mapped('pair', `pair:${rate}`, rate, (k) => {
    checkInteger('noise pair k', k, { min: rate > 0 ? 2 : 1 });
    return Int32Array.from({ length: k }, (_, i) => (i + 1) % k);
  });
}

/** @param targetsOf the class [k] that each class goes to, itself where it stays */
function mapped(
  kind: 'asymmetric' | 'pair',
  spec: string,
  rate: number,
  targetsOf: (k: number, context?: NoiseContext) => Int32Array,
): ClassNoise {
  checkNumber(`noise ${kind} rate`, rate, { min: 0, max: 1 });
  return {
    spec,
    kind,
    transition(k, context) {
      const transition = identityTransition(k);
      for (const [from, to] of targetsOf(k, context).entries()) {
        if (from === to) continue;
        transition[from * k + from] = 1 - rate;
        transition[from * k + to] = rate;
      }
      return transition;
    },
    corrupt(labels, k, rng, context) {
      checkLabels(`noise ${kind} labels`, labels, k);
      const targets = targetsOf(k, context);
      // One number for every row, changed or not: that nests the noise over rates.
      const noisy = labels.map((label) =>
        rng.uniform() < rate ? (targets[label] as number) : label,
      );
      return describeCorruption(labels, noisy, k);
    },
  };
}
