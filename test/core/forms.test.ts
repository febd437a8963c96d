import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListedSyntax, Parameter, Values } from '../../src/core/index.ts';
import { checkValue, formatForm, readForm } from '../../src/core/index.ts';
import { augmentationForms, parseAugmentation } from '../../src/data/index.ts';
import { modelForms, parseModel, scoreNormalisations } from '../../src/nn/index.ts';
import { noiseColumn, noiseForms, parseNoise } from '../../src/noise/index.ts';
import {
  optimizerForms,
  parseOptimizer,
  parseSchedule,
  scheduleForms,
} from '../../src/train/index.ts';

interface Table {
  readonly kind: string;
  readonly forms: Readonly<Record<string, ListedSyntax>>;
  /** The canonical spec of what a text stands for. */
  readonly canonical: (text: string) => string;
}

const files: Readonly<Record<string, string>> = { csv: '0.5,0.5\n0,1', json: '{ "a": "b" }' };
const readFile = (path: string) => files[path.replace(/^.*\./, '')] as string;

/** Every kind of spec that is a table of forms. */
const tables: readonly Table[] = [
  { kind: 'model', forms: modelForms, canonical: (text) => parseModel(text).spec },
  { kind: 'optimizer', forms: optimizerForms, canonical: (text) => parseOptimizer(text).spec },
  { kind: 'schedule', forms: scheduleForms, canonical: (text) => parseSchedule(text).spec },
  {
    kind: 'augment',
    forms: augmentationForms,
    canonical: (text) => parseAugmentation(text).spec,
  },
  {
    kind: 'noise',
    forms: noiseForms,
    // columns are no models
    canonical: (text) => {
      const column = noiseColumn(text);
      if (column === undefined) return parseNoise(text, { readFile }).spec;
      return formatForm('column', noiseForms.column.parameters, { name: column });
    },
  },
];

const rows = tables.flatMap(({ kind, forms, canonical }) =>
  Object.entries(forms).map(
    ([name, row]) => [`${kind} ${name}`, { kind, name, row, canonical }] as const,
  ),
);

/** Texts that a parameter of this name takes. */
const texts: Readonly<Record<string, readonly string[]>> = {
  map: ['mnist', '(0>1,2>1)', 'map.json'],
  file: ['m.csv', 'a=b.csv', 'folder/m.csv'],
  name: ['label', 'a b', 'x=y'],
};

function valuesOf(name: string, parameter: Parameter): fc.Arbitrary<Values[string]> {
  switch (parameter.kind) {
    case 'number': {
      const { min = -1e6, max = 1e6, openMin = false, openMax = false } = parameter.range;
      if (parameter.integer === true) return fc.integer({ min, max });
      return fc.double({ min, max, minExcluded: openMin, maxExcluded: openMax, noNaN: true });
    }
    case 'choice':
      return fc.constantFrom(...parameter.options);
    case 'flag':
      return fc.boolean();
    case 'text': {
      const known = fc.constantFrom(...(texts[name] ?? []));
      return parameter.optional === true ? fc.option(known, { nil: undefined }) : known;
    }
  }
}

describe.each(rows)('%s', (_, { kind, name, row, canonical }) => {
  const { about, example, parameters, bare = 0, list } = row;

  test('says what it is and takes', () => {
    const abouts = [about, ...Object.values(parameters).map((one) => one.about)];
    for (const text of [...abouts, ...(list === undefined ? [] : [list.about, list.name])]) {
      expect(text).toMatch(/^\S(.*[^\s.])?$/);
    }
    expect(bare).toBeLessThanOrEqual(Object.keys(parameters).length);
  });

  test('has defaults that it takes', () => {
    for (const [key, parameter] of Object.entries(parameters)) {
      const value = parameter.default;
      expect(value === undefined ? value : checkValue(key, parameter, value)).toBe(value);
    }
  });

  test('its example is canonical but for defaults, and is read back', () => {
    const spec = canonical(example);
    expect(spec).toMatch(new RegExp(`^${name}(:|$)`));
    expect(canonical(spec)).toBe(spec);
    const read = readForm(kind, example, { [name]: row });
    expect(readForm(kind, spec, { [name]: row })).toEqual(read);
  });

  test('any values make a canonical spec that means them', () => {
    const values = fc.record(
      Object.fromEntries(Object.entries(parameters).map(([key, one]) => [key, valuesOf(key, one)])),
    );
    const items =
      list === undefined
        ? fc.constant([])
        : fc.array(valuesOf('', list), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(values, items, (some, numbers) => {
        const spec = formatForm(name, parameters, some, numbers as number[]);
        expect(canonical(spec)).toBe(spec);
        expect(readForm(kind, spec, { [name]: row })).toMatchObject({
          name,
          values: some,
          list: numbers,
        });
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});

test('score normalisations say what they are', () => {
  expect(
    Object.entries(scoreNormalisations).map(([name, { about, bounded }]) => [name, about, bounded]),
  ).toEqual([
    ['none', 'scores as they are', false],
    ['l2', 'each row divided by its Euclidean norm', true],
    ['batch', 'each column standardized over the batch', true],
  ]);
});
