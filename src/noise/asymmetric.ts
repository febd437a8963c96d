import type { Parameters } from '../core/index.ts';
import {
  checkInteger,
  completeValues,
  formatForm,
  namesOf,
  SymlossError,
  show,
  splitAtCommas,
} from '../core/index.ts';
import { classMapNoise } from './class-map-noise.ts';
import type { NameMap, PublishedName } from './class-maps.ts';
import {
  parseNameMap,
  publishedMaps,
  publishedTargets,
  recognisedTargets,
  targetsByName,
  targetsByNumber,
} from './class-maps.ts';
import { fileText } from './file-text.ts';
import type { ClassNoise, NoiseContext } from './noise.ts';
import { noiseForm, rateParameter } from './noise.ts';

const parameters = {
  rate: rateParameter,
  map: {
    kind: 'text',
    optional: true,
    domain: `${namesOf(publishedMaps).join(', ')}, a .json file or (0>1,2>1)`,
    about: 'the wrong class of each class; default: by the names of the classes',
  },
} as const satisfies Parameters;

const where = 'noise asymmetric';
const whereMap = `${where}, map`;

/**
 * Where classes go: `map[i]` is the wrong class of class i. A class that an object leaves out, or
 * that an array sends to itself, keeps its labels.
 */
export type ClassMap = Int32Array | Readonly<Record<number, number>>;

/**
 * Asymmetric noise: a row of a class that the map moves gets the map's class with probability η.
 * Classes that the map does not move keep their labels, so the share of wrong labels in the whole
 * data is smaller than η: half of it for CIFAR-10's map on balanced classes. With the same seed a
 * higher rate changes the rows that a lower one changed, and more.
 *
 * ```ts
 * asymmetricNoise(0.3, { 7: 1, 2: 7, 5: 6, 6: 5, 3: 8 }); // MNIST's map, as asymmetric:0.3,map=mnist
 * ```
 *
 * Source: Patrini, Rozza, Menon, Nock, Qu, *Making deep neural networks robust to label noise: a loss
 * correction approach*, CVPR 2017, section 5.
 * @param noiseRate η in [0, 1], P(noisy = map[i] | true = i) of a class i that moves
 * @param map class numbers from 0; an array has k entries
 * @throws SymlossError if the rate is not one, or the map moves no class
 */
export function asymmetricNoise(noiseRate: number, map: ClassMap): ClassNoise {
  const moves = (map instanceof Int32Array ? [...map.entries()] : Object.entries(map))
    .map(([from, to]) => [Number(from), to] as const)
    .filter(([from, to]) => from !== to);
  if (moves.length === 0) {
    throw new SymlossError(whereMap, 'a map that moves a class', 'none that does');
  }
  for (const move of moves) {
    for (const label of move) checkInteger(whereMap, label, { min: 0 });
  }
  const text = moves.map(([from, to]) => `${from}>${to}`).join(',');
  const size = map instanceof Int32Array ? map.length : undefined;
  return mapped(noiseRate, `(${text})`, (k) => {
    if (size !== undefined && size !== k) {
      throw new SymlossError(whereMap, `${k} classes, as many as the data`, `${size}`);
    }
    return targetsByNumber(moves, k);
  });
}

/** Asymmetric noise by a published map; without one, by that of the data with these class names. */
function publishedNoise(noiseRate: number, name?: PublishedName): ClassNoise {
  return mapped(noiseRate, name, (k, { classes } = {}) =>
    name === undefined ? recognisedTargets(k, classes) : publishedTargets(name, k, classes),
  );
}

/** Asymmetric noise by a map of class names from a file. */
function namedNoise(noiseRate: number, file: string, moves: NameMap): ClassNoise {
  return mapped(noiseRate, file, (_, { classes } = {}) => {
    if (classes === undefined) {
      throw new SymlossError(where, 'the names of the classes', 'none', {
        hint: 'pass { classes }, or give the map in class numbers: map=(0>1)',
      });
    }
    return targetsByName(file, moves, classes);
  });
}

function mapped(
  noiseRate: number,
  map: string | undefined,
  targetsOf: (k: number, context?: NoiseContext) => Int32Array,
): ClassNoise {
  const values = completeValues(where, parameters, { rate: noiseRate, map });
  const spec = formatForm('asymmetric', parameters, values);
  return classMapNoise(where, { spec, kind: 'asymmetric' }, noiseRate, targetsOf);
}

export const asymmetricForm = noiseForm({
  about: 'some classes become one other class, as a map says',
  example: 'asymmetric:0.3,map=mnist',
  parameters,
  bare: 1,
  build: ({ rate, map }, options) => {
    if (map === undefined) return publishedNoise(rate);
    if (isPublished(map)) return publishedNoise(rate, map);
    const pairs = /^\((.*)\)$/s.exec(map)?.[1];
    if (pairs !== undefined) return asymmetricNoise(rate, parsePairs(pairs));
    if (!/\.json$/i.test(map)) {
      throw new SymlossError(whereMap, parameters.map.domain, show(map));
    }
    return namedNoise(rate, map, parseNameMap(map, fileText(map, options)));
  },
});

function isPublished(map: string): map is PublishedName {
  return Object.hasOwn(publishedMaps, map);
}

/** `0>1,2>1` */
function parsePairs(text: string): Record<number, number> {
  const map: Record<number, number> = {};
  for (const piece of splitAtCommas(text)) {
    const [, from, to] = /^(\d+)\s*>\s*(\d+)$/.exec(piece) ?? [];
    if (from === undefined || to === undefined || from === to || Object.hasOwn(map, Number(from))) {
      const expected = 'pairs of class numbers such as 0>1, each class once on the left';
      throw new SymlossError(whereMap, expected, show(piece));
    }
    map[Number(from)] = Number(to);
  }
  return map;
}
