import type { AnyTensor, Tensor } from '../core/index.ts';
import { portableText, SymlossError } from '../core/index.ts';
import { categoryFinder } from '../data/category-spelling.ts';
import { missingColumns } from '../data/missing-columns.ts';
import type { ModelDescription } from './card.ts';
import type { FeatureRows } from './feature-rows.ts';
import { infinite } from './feature-rows.ts';
import { textEncoder } from './text-encoding.ts';

type Rows = FeatureRows & { readonly features: Float32Array };

/**
 * How the inputs of a model for a table are fed with rows of another one.
 * @returns the tensors for some rows, by input
 * @throws SymlossError if a column of the model is not there
 */
export function columnFeeds(
  where: string,
  rows: Rows,
  card: ModelDescription,
): (chosen: Uint32Array) => Readonly<Record<string, AnyTensor>> {
  const places = placesOf(where, rows, card);
  const known = new Map((card.columns ?? []).map((column) => [column.name, categoriesOf(column)]));
  const inputs = (card.inputs ?? []).map(({ name, type, columns, matrix, encoding }) => {
    const own = columns.map((column) => places.get(column) as number);
    if (type !== 'string' && encoding === undefined) {
      return [name, numberReader(where, rows, own, matrix ? [own.length] : [])] as const;
    }
    const read = textReader(rows, own[0] as number, known.get(columns[0] as string));
    if (encoding === undefined) return [name, read] as const;
    const encode = textEncoder(encoding);
    return [name, (chosen: Uint32Array) => encode(read(chosen).data)] as const;
  });
  return (chosen) => Object.fromEntries(inputs.map(([name, read]) => [name, read(chosen)]));
}

/** Where each column of the model is among the rows' own, by name where they have names. */
function placesOf(
  where: string,
  { columns, featureShape }: Rows,
  card: ModelDescription,
): Map<string, number> {
  const names = (card.columns ?? []).map(({ name }) => name);
  if (columns === undefined) {
    const [d] = featureShape;
    if (featureShape.length === 1 && d === names.length) return numbered(names);
    const received = featureShape.length === 1 ? `${d}` : `rows of shape [${featureShape}]`;
    throw new SymlossError(`${where}, features`, `${names.length} columns`, received);
  }
  const places = numbered(columns);
  const absent = names.filter((name) => !places.has(name));
  if (absent.length > 0) throw missingColumns(where, absent, columns, { of: 'the model' });
  return places;
}

function numbered(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, i) => [name, i]));
}

type Reader = (chosen: Uint32Array) => AnyTensor;

/** The categories of a column, where they are texts. */
function categoriesOf({
  kind,
  values = [],
}: NonNullable<ModelDescription['columns']>[number]): readonly string[] | undefined {
  const areTexts = kind === 'categorical' && values.some((value) => typeof value === 'string');
  return areTexts ? (values as readonly string[]) : undefined;
}

/** Writes categories as the model does: see `categoryFinder`. */
function spelledAs(values: readonly string[] | undefined): (text: string) => string {
  if (values === undefined) return (text) => text;
  const find = categoryFinder(values);
  return (text) => values[find(portableText(text)) ?? -1] ?? text;
}

function textReader(
  { features, texts, featureShape }: Rows,
  place: number,
  values: readonly string[] | undefined,
): (chosen: Uint32Array) => Tensor<'string'> {
  const d = featureShape[0] as number;
  const spelled = spelledAs(values);
  const own = texts?.[place]?.map(spelled);
  return (chosen) => ({
    dtype: 'string',
    shape: [chosen.length],
    data: Array.from(chosen, (row) => {
      const value = features[row * d + place] as number;
      if (Number.isNaN(value)) return '';
      return own === undefined ? spelled(String(value)) : (own[value] as string);
    }),
  });
}

/** [chosen, …width]; a text where the model has numbers is a number if it writes one, else missing. */
function numberReader(
  where: string,
  { features, texts, featureShape, columns }: Rows,
  places: readonly number[],
  width: readonly number[],
): Reader {
  const d = featureShape[0] as number;
  const written = places.map((place) =>
    texts?.[place]?.map((text) => (text.trim() === '' ? Number.NaN : Number(text))),
  );
  return (chosen) => {
    const data = new Float32Array(chosen.length * places.length);
    for (const [j, place] of places.entries()) {
      const own = written[j];
      for (let i = 0; i < chosen.length; i++) {
        const row = chosen[i] as number;
        const stored = features[row * d + place] as number;
        const value = own === undefined || Number.isNaN(stored) ? stored : (own[stored] as number);
        if (value === Infinity || value === -Infinity) {
          throw infinite(where, row, columns?.[place] ?? place, value);
        }
        data[i * places.length + j] = value;
      }
    }
    return { dtype: 'float32', shape: [chosen.length, ...width], data };
  };
}
