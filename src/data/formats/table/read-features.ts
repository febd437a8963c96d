import { Breaks, field, invariant, SymlossError, show } from '../../../core/index.ts';
import { vectorColumns } from '../../embedding.ts';
import { gatherRows } from '../../gather.ts';
import type { Comma } from '../../numbers.ts';
import type { Missing } from '../format.ts';
import { rowNumbers } from '../shared/rows.ts';
import type { TableFile } from '../shared/table-file.ts';
import type { MemoryBudget } from './budget.ts';
import { checkNoneMissing, checkReading } from './checks.ts';
import type { Wanted } from './collect.ts';
import { collect } from './collect.ts';
import type { Column } from './column.ts';
import type { Feature } from './feature.ts';
import { featureOf } from './feature.ts';
import { inferKind, readAgain } from './infer.ts';
import type { TablePlaces } from './names.ts';
import type { Reading } from './reading.ts';
import type { FeatureColumn } from './roles.ts';
import { sentinelIn } from './sentinels.ts';

/** What is known of how a file was written. */
export interface Hints {
  /** What a comma in a number is, where the cells leave it open. Default: `thousands`. */
  readonly comma?: Comma;
  /** Columns whose numbers were written as texts are, so that they are probably codes. */
  readonly codes?: ReadonlySet<number>;
}

/** So many numbers of the rows are filled in column by column, since they stay in the cache of the processor. */
const filledTogether = 1 << 16;

/** A column that was read, whether or not it is a feature. */
export interface ReadColumn {
  readonly wanted: FeatureColumn;
  readonly name: string;
  readonly reading: Reading;
  /** The reason, where it is left out. */
  readonly leftOut: Reading['leftOut'];
  /** A number that probably stands for a missing cell: see `sentinelIn`. */
  readonly sentinel?: number | undefined;
  /** Where its feature stands. */
  readonly feature?: Feature & { readonly at: number };
}

/** Features of a table, with the other columns that were read. */
export interface ReadFeatures {
  /** [rows, d], NaN where a cell is missing. */
  readonly features: Float32Array;
  readonly d: number;
  readonly rows: number;
  readonly columns: readonly ReadColumn[];
  /** The other columns that were asked for. */
  readonly others: readonly Column[];
}

/**
 * Reads the features of a table, and other columns with all their texts.
 * @param beforeFeatures checks the other columns before the features are checked
 * @throws SymlossError naming the cell that cannot be read as its column is to be; the signal's reason when it is aborted
 */
export async function readFeatures(
  file: TableFile,
  wanted: readonly FeatureColumn[],
  others: readonly number[],
  budget: MemoryBudget,
  { comma = 'thousands', codes = new Set() }: Hints,
  beforeFeatures: (others: readonly Column[]) => void = () => {},
): Promise<ReadFeatures> {
  const first: Wanted[] = [
    ...wanted.map(({ column, kind }) => ({
      column,
      keepTexts: kind !== undefined && kind !== 'numeric',
    })),
    ...others.map((column) => ({ column, keepTexts: true })),
  ];
  const { columns: held, rows } = await collect(file, first, budget);
  const own = held.slice(0, wanted.length);
  const rest = held.slice(wanted.length);
  beforeFeatures(rest);

  const wishOf = ({ kind, order, column, isOfModel, style, missingTexts }: FeatureColumn) => ({
    ...{ kind, order, isOfModel, missingTexts, unit: style?.unit },
    comma: style === undefined || style.comma === 'none' ? comma : style.comma,
    points: style?.comma === 'decimal',
    isCode: codes.has(column),
  });
  const readingOf = (j: number, points = false) => {
    const one = wanted[j] as FeatureColumn;
    const wish = wishOf(one);
    const reading = inferKind(own[j] as Column, { ...wish, points: wish.points || points });
    return one.isEmbedded && reading !== readAgain ? asEmbedded(file, one, reading) : reading;
  };
  const breaks = new Breaks(budget.signal);
  const readings: ReturnType<typeof readingOf>[] = [];
  for (const j of wanted.keys()) {
    if (breaks.isDue) await breaks.take();
    readings.push(readingOf(j));
  }
  const pointed = wanted.map(
    ({ style }, j) => style === undefined && mayBePointed(own[j] as Column, readings[j]),
  );
  const hasPoints = pointed.includes(true) && readings.some(hasDecimalCommas);
  const again = [...readings.keys()].filter(
    (j) => readings[j] === readAgain || (hasPoints && pointed[j] && own[j]?.form === 'numbers'),
  );
  if (again.length > 0) {
    const which = again.map((j) => ({
      column: (wanted[j] as FeatureColumn).column,
      keepTexts: true,
    }));
    const reread = await collect(file, which, budget);
    for (const [i, j] of again.entries()) {
      own[j] = reread.columns[i] as Column;
      readings[j] = readingOf(j);
    }
  }
  if (hasPoints) for (const j of wanted.keys()) if (pointed[j]) readings[j] = readingOf(j, true);

  let d = 0;
  const columns: ReadColumn[] = [];
  for (const [j, one] of wanted.entries()) {
    if (breaks.isDue) await breaks.take();
    const column = own[j] as Column;
    const reading = readings[j];
    invariant(
      reading !== undefined && reading !== readAgain,
      'a column has to be read a third time',
    );
    checkReading(file, one, column, reading);
    const base = { wanted: one, name: column.name, reading };
    const leftOut = one.isAsked ? undefined : reading.leftOut;
    const { wordsOnly = false } = one;
    const feature =
      leftOut === undefined ? { ...featureOf(column, reading), wordsOnly, at: d } : undefined;
    d += feature?.width ?? 0;
    const isOwn = feature?.kind === 'numeric' && one.isOfModel !== true;
    const sentinel = isOwn ? sentinelIn(column, reading.values) : undefined;
    columns.push({ ...base, leftOut, sentinel, ...(feature && { feature }) });
  }
  const features = new Float32Array(rows * d);
  const step = Math.max(16, Math.floor(filledTogether / Math.max(1, d)));
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(rows, from + step);
    for (const { feature } of columns) {
      feature?.fill(features, feature.at, d, { from, to });
      if (breaks.isDue) await breaks.take();
    }
  }
  for (const column of own) column.clear();
  return { features, d, rows, columns, others: rest };
}

type FoundReading = Reading | typeof readAgain | undefined;

/** Whether a column has commas that are surely decimal. */
function hasDecimalCommas(reading: FoundReading): boolean {
  if (reading === undefined || reading === readAgain || reading.kind !== 'numeric') return false;
  return reading.comma === 'decimal' && reading.isGuessed !== true;
}

/**
 * Whether a column of numbers without commas may have points between thousands, as in 1.005 and 980: beside columns with
 * decimal commas it probably has.
 */
function mayBePointed(column: Column, reading: FoundReading): boolean {
  if (reading === undefined || reading === readAgain || reading.kind !== 'numeric') return false;
  if (reading.comma !== undefined && reading.comma !== 'none') return false;
  if (column.form === 'texts') return column.texts.some((text) => text.includes('.'));
  return column.form === 'numbers' && !column.isInteger && hasThousandthsOnly(column);
}

/** Whether numbers have three decimals at most, and are below 1000 where they have some. */
function hasThousandthsOnly(column: Column): boolean {
  let are = true;
  column.eachNumber((value) => {
    if (Number.isNaN(value) || Number.isInteger(value)) return;
    const rest = Math.abs(value * 1000 - Math.round(value * 1000));
    if (Math.abs(value) >= 1000 || Math.abs(value) < 1 || rest > 0.05) are = false;
  });
  return are;
}

/** The reading of a column of texts that is to be embedded, few or many. @throws SymlossError for a column of another kind */
function asEmbedded(file: TableFile, { column }: FeatureColumn, reading: Reading): Reading {
  const { kind, distinct = 0, leftOut } = reading;
  if (leftOut !== 'empty' && (kind === 'text' || kind === 'categorical')) {
    return { kind: 'text', distinct };
  }
  const name = file.columns[column] as string;
  const received = leftOut === 'empty' ? 'no filled cell' : `a column of kind ${kind}`;
  throw new SymlossError(
    `${file.path}, column to embed ${show(name)}`,
    'a column of texts',
    received,
    {
      hint:
        leftOut === 'empty' || kind === 'embedding'
          ? undefined
          : `if its cells are texts, say so with ${field('text', name)}`,
    },
  );
}

/**
 * The rows that stay under a rule for missing cells.
 * @param hasLabel which rows stay under the rules that leave rows out, under `drop` only those with all features; counted from 0
 * @throws SymlossError naming the first missing cell under the rule `error`
 */
export function keptRows(
  file: TablePlaces,
  { features, d, rows, columns }: ReadFeatures,
  missing: Missing,
  hasLabel: (row: number) => boolean = () => true,
): { readonly features: Float32Array; readonly kept: Uint32Array } {
  const all = rowNumbers(rows);
  if (missing === 'error') {
    const indices = columns.flatMap(({ wanted, feature }) =>
      Array.from({ length: feature?.width ?? 0 }, () => wanted.column),
    );
    checkNoneMissing(file, features, indices);
  }
  if (missing !== 'drop' && missing !== 'drop-unlabelled') return { features, kept: all };
  const kept = all.filter(
    (row) => hasLabel(row) && (missing === 'drop-unlabelled' || isComplete(features, row, d)),
  );
  if (kept.length === rows) return { features, kept };
  return { features: gatherRows(features, d, kept, new Float32Array(kept.length * d)), kept };
}

function isComplete(features: Float32Array, row: number, d: number): boolean {
  for (let i = row * d; i < (row + 1) * d; i++) if (Number.isNaN(features[i])) return false;
  return true;
}

/** Names, kinds and texts of the d columns; kinds and texts only where not all are numbers. */
export function columnsOf(columns: readonly ReadColumn[]) {
  const features = columns.flatMap(({ feature }) => (feature === undefined ? [] : [feature]));
  const each = <T>(of: (feature: Feature) => T): T[] =>
    features.flatMap((feature) => Array.from({ length: feature.width }, () => of(feature)));
  const names = features.flatMap(({ name, kind, width }) =>
    kind === 'embedding' ? vectorColumns(name, width) : [name],
  );
  const isPlain = features.every(({ kind }) => kind === 'numeric');
  return {
    columns: names,
    ...(features.some(({ style }) => style !== undefined) && {
      numberStyles: each(({ style }) => style),
    }),
    ...(features.some(({ missingTexts }) => missingTexts !== undefined) && {
      missingTexts: each(({ missingTexts }) => missingTexts),
    }),
    ...(!isPlain && {
      kinds: each(({ kind }) => kind),
      texts: each(({ texts }) => texts),
      ...(features.some(({ kind }) => kind === 'date') && {
        dayFirst: each(({ dayFirst }) => dayFirst),
      }),
      ...(features.some(({ wordsOnly }) => wordsOnly) && {
        wordsOnly: each(({ wordsOnly = false }) => wordsOnly),
      }),
    }),
  };
}
