import { checkInteger, compareText, SymlossError, show } from '../core/index.ts';
import { cifar100Superclasses } from './cifar100.ts';

/** Where classes go, by name. */
export type NameMap = ReadonlyMap<string, string>;

interface PublishedMap {
  readonly title: string;
  /** The classes in their standard numbering. */
  readonly classes: readonly string[];
  readonly moves: NameMap;
}

/**
 * The class maps of the literature. CIFAR-10 and MNIST: Patrini, Rozza, Menon, Nock, Qu, *Making
 * deep neural networks robust to label noise: a loss correction approach*, CVPR 2017, section 5.
 * CIFAR-100: each fine class goes to the next of its superclass, in a cycle of five.
 */
export const publishedMaps = {
  cifar10: {
    title: 'CIFAR-10',
    classes: [
      ...['airplane', 'automobile', 'bird', 'cat', 'deer'],
      ...['dog', 'frog', 'horse', 'ship', 'truck'],
    ],
    moves: new Map([
      ['truck', 'automobile'],
      ['bird', 'airplane'],
      ['deer', 'horse'],
      ['cat', 'dog'],
      ['dog', 'cat'],
    ]),
  },
  mnist: {
    title: 'MNIST',
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    moves: new Map([
      ['7', '1'],
      ['2', '7'],
      ['5', '6'],
      ['6', '5'],
      ['3', '8'],
    ]),
  },
  cifar100: {
    title: 'CIFAR-100',
    classes: Object.values(cifar100Superclasses).flat().sort(compareText),
    moves: new Map(
      Object.values(cifar100Superclasses).flatMap((fine) =>
        fine.map((name, i) => [name, fine[(i + 1) % fine.length] as string] as const),
      ),
    ),
  },
} as const satisfies Record<string, PublishedMap>;

export type PublishedName = keyof typeof publishedMaps;

const remedy =
  'add map=cifar10, map=cifar100, map=mnist, map=file.json with {"class": "wrong class"}, ' +
  'or map=(0>1) with class numbers';

/**
 * The target of each class [k], itself where it stays, by a published map. Classes are found by
 * name; where the names are unknown or plain numbers, by the standard numbering.
 * @throws SymlossError if the classes are not those of the map
 */
export function publishedTargets(
  name: PublishedName,
  k: number,
  classes?: readonly string[],
): Int32Array {
  const { title, classes: standard, moves }: PublishedMap = publishedMaps[name];
  if (classes !== undefined && [...moves.keys(), ...moves.values()].every(isAmong(classes))) {
    return targetsByName('internal', moves, classes);
  }
  const isNumbered = classes?.every((own, i) => own === String(i)) ?? true;
  if (isNumbered && k === standard.length) return targetsByName('internal', moves, standard);
  throw new SymlossError(
    `noise asymmetric, map=${name}`,
    `the ${standard.length} classes of ${title} (${listNames(standard)})`,
    isNumbered ? `${k} classes` : listNames(classes ?? []),
    { hint: 'give a map of your own: map=file.json with {"class": "wrong class"}' },
  );
}

/**
 * The map of data that are recognised by the names of their classes.
 * @throws SymlossError that says how to give a map, for other data
 */
export function recognisedTargets(k: number, classes?: readonly string[]): Int32Array {
  for (const name of ['cifar10', 'cifar100'] as const) {
    const standard: readonly string[] = publishedMaps[name].classes;
    if (classes?.length === standard.length && classes.every(isAmong(standard))) {
      return publishedTargets(name, k, classes);
    }
  }
  const received = classes === undefined ? 'none' : `none for ${listNames(classes)}`;
  throw new SymlossError('noise asymmetric, map', 'a class map', received, { hint: remedy });
}

/** @throws SymlossError if a name is not that of a class */
export function targetsByName(
  where: string,
  moves: NameMap,
  classes: readonly string[],
): Int32Array {
  const targets = Int32Array.from(classes, (_, i) => i);
  const indexOf = (name: string): number => {
    const index = classes.indexOf(name);
    if (index >= 0) return index;
    throw new SymlossError(where, `class names among ${listNames(classes)}`, show(name));
  };
  for (const [from, to] of moves) targets[indexOf(from)] = indexOf(to);
  return targets;
}

/** @throws SymlossError if a number is not that of a class */
export function targetsByNumber(moves: readonly (readonly [number, number])[], k: number) {
  const targets = Int32Array.from({ length: k }, (_, i) => i);
  for (const [from, to] of moves) {
    checkInteger('noise asymmetric, map', from, { min: 0, max: k - 1 });
    targets[from] = checkInteger('noise asymmetric, map', to, { min: 0, max: k - 1 });
  }
  return targets;
}

/**
 * Reads a class map from a JSON file's text: `{ "class": "wrong class" }`.
 * @param file as messages name it
 * @throws SymlossError unless the text is an object of texts that moves a class
 */
export function parseNameMap(file: string, text: string): NameMap {
  const expected = 'an object { "class": "wrong class" }';
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new SymlossError(file, expected, 'text that is not JSON', { cause });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new SymlossError(file, expected, Array.isArray(content) ? 'a list' : String(content));
  }
  const moves = Object.entries(content);
  if (moves.length === 0) throw new SymlossError(file, expected, 'an empty one');
  for (const [from, to] of moves) {
    if (typeof to !== 'string') {
      throw new SymlossError(`${file}, ${show(from)}`, 'a class name as text', show(to));
    }
    if (to === from) {
      throw new SymlossError(`${file}, ${show(from)}`, 'another class', show(to), {
        hint: 'classes that keep their labels are left out',
      });
    }
  }
  return new Map(moves as [string, string][]);
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).map(show).join(', ');
  return names.length > 10 ? `${shown}, … (${names.length} in all)` : shown;
}

function isAmong(names: readonly string[]): (name: string) => boolean {
  return (name) => names.includes(name);
}
