import { show } from '../../../core/index.ts';
import type { ColumnKind } from '../../dataset.ts';
import { columnKinds } from '../../dataset.ts';
import { count, list } from '../../text.ts';
import type { TableFile } from '../shared/table-file.ts';
import type { ReadColumn } from './read-features.ts';
import type { LeftOut } from './reading.ts';

/** Names of a kind that are shown. */
const mostShown = 8;
/** Notices of single columns that are shown. */
const mostLines = 5;

/** `columns: 2 numeric (age, fare), 1 categorical (sex: 2 values), 1 text (review)`; nothing where all are numbers. */
export function kindNotice(columns: readonly ReadColumn[]): string[] {
  const used = columns.filter(({ feature }) => feature !== undefined);
  if (used.every(({ reading }) => reading.kind === 'numeric')) return [];
  const parts = columnKinds.flatMap((kind) => {
    const own = used.filter(({ reading }) => reading.kind === kind);
    if (own.length === 0) return [];
    const shown = own.slice(0, mostShown).map((column) => describe(kind, column));
    const more = own.length > mostShown ? ', …' : '';
    return [`${own.length} ${kind} (${shown.join(', ')}${more})`];
  });
  return [`columns: ${parts.join(', ')}`];
}

function describe(kind: ColumnKind, { name, feature }: ReadColumn): string {
  const shown = show(name);
  if (kind === 'categorical') return `${shown}: ${count(feature?.texts?.length ?? 0, 'value')}`;
  if (kind === 'embedding') return `${shown}: ${count(feature?.width ?? 0, 'number')}`;
  const unit = feature?.style?.unit;
  if (unit !== undefined) return `${shown}: ${unit}`;
  return feature?.wordsOnly ? `${shown}: words only` : shown;
}

const imageName = /\.(jpe?g|jfif|png|webp|gif|bmp|tiff?|heic|avif)$/i;
/** Of the distinct texts of a column, how many must be names of images. */
const mostNames = 0.9;

/** Columns of paths of images, whose names would be learnt and not the images. */
export function imageNotices(columns: readonly ReadColumn[]): string[] {
  return columns.flatMap(({ name, feature }) => {
    const { texts = [] } = feature ?? {};
    const named = texts.filter((text) => imageName.test(text)).length;
    return texts.length === 0 || named < mostNames * texts.length
      ? []
      : [
          `warning: ${show(name)} holds names of images: the names are learnt, not the images, which are not read from such a table: ` +
            `sort them into folders named by their classes or write Parquet with a column of images, and leave the names out here (--ignore)`,
        ];
  });
}

const reasons: { readonly [R in LeftOut]: string } = {
  'id-like': 'as id-like',
  constant: 'as constant',
  empty: 'as empty',
};

/** What is left out, and why. */
export function leftOutNotices(
  columns: readonly ReadColumn[],
  unnamed: readonly number[],
): string[] {
  const lines = Object.entries(reasons).flatMap(([reason, text]) => {
    const names = columns.filter(({ leftOut }) => leftOut === reason).map(({ name }) => name);
    return names.length === 0 ? [] : [`left out ${text}: ${list(names)}`];
  });
  if (unnamed.length === 0) return lines;
  const shown = unnamed.slice(0, 20).map((column) => column + 1);
  const more = unnamed.length > 20 ? `, … (${unnamed.length} in all)` : '';
  return [...lines, `left out as unnamed in the header: column ${shown.join(', ')}${more}`];
}

/** Columns that hold no cells of a table. @param ignored that need no notice; `undefined`: none does */
export function otherNotices(
  { otherColumns = [] }: TableFile,
  ignored: readonly string[] | undefined,
): string[] {
  const others = otherColumns.filter(({ name }) => ignored?.includes(name) === false);
  if (others.length === 0) return [];
  const shown = others.slice(0, mostShown).map(({ name, holds }) => `${show(name)} (${holds})`);
  const more = others.length > mostShown ? `, … (${others.length} in all)` : '';
  return [`left out as no numbers, texts or dates: ${shown.join(', ')}${more}`];
}

/** How cells were understood that are no plain numbers. */
export function cellNotices(file: TableFile, columns: readonly ReadColumn[]): string[] {
  const used = columns.filter(({ feature }) => feature !== undefined);
  const odd = used.flatMap(({ name, reading: { odd: cells, kind } }) => {
    if (cells === undefined) return [];
    const what = kind === 'date' ? 'dates' : 'numbers';
    return [
      `${show(name)}: ${count(cells.cells, 'cell')} among ${what} read as missing, such as ${show(cells.text)} in ${file.place(cells.row + 1)}`,
    ];
  });
  const written = used.flatMap(({ name, reading }) => {
    if (reading.written === undefined) return [];
    const guess =
      reading.isGuessed && reading.kind !== 'date'
        ? '; its commas or points could be read otherwise, too'
        : '';
    return [`${show(name)}: ${reading.written}${guess}`];
  });
  const dates = used.flatMap(({ name, reading: { kind, order, isGuessed } }) =>
    kind === 'date' && isGuessed
      ? [`${show(name)}: dates read as ${order}/… (--day-first if the day comes first)`]
      : [],
  );
  const mixed = used.flatMap(({ name, reading: { kind, mixed } }) =>
    mixed === undefined
      ? []
      : [
          `${show(name)}: ${kind}, since ${count(mixed.others, 'cell')} are no ${mixed.with} ` +
            `(${mixed.with === 'dates' ? '--date' : '--numeric'} to read them as missing)`,
        ],
  );
  const units = columns.flatMap(({ name, reading }) =>
    reading.units === undefined
      ? []
      : [
          `${show(name)}: no numbers, since they are in several units (${reading.units.join(', ')}); convert them to one`,
        ],
  );
  const quoted = columns.flatMap(({ name, reading: { quoted: cell } }) =>
    cell === undefined
      ? []
      : [
          `${show(name)}: its cells are in single quotes, which were read as part of them, such as ${show(cell)}; put them in double quotes, or in none`,
        ],
  );
  const pairs = columns.flatMap(({ name, reading: { pair } }) =>
    pair === undefined
      ? []
      : [`${show(name)}: its cells are two numbers, such as ${show(pair)}; make a column of each`],
  );
  const sentinels = used.flatMap(({ name, sentinel }) =>
    sentinel === undefined
      ? []
      : [
          `${show(name)}: cells of ${sentinel} are far from all others; empty them if they stand for missing ones`,
        ],
  );
  return [
    ...shortened(sentinels),
    ...shortened(mixed),
    ...shortened(units),
    ...shortened(pairs),
    ...shortened(quoted),
    ...shortened(odd),
    ...shortened(written),
    ...shortened(dates),
  ];
}

function shortened(lines: readonly string[]): string[] {
  if (lines.length <= mostLines) return [...lines];
  return [...lines.slice(0, mostLines), `… and ${lines.length - mostLines} more such columns`];
}

/** How many cells of each column are missing. @param features [n, d] @returns [d] */
export function missingCells(features: Float32Array, d: number): Float64Array {
  const perColumn = new Float64Array(d);
  for (let i = 0; i < features.length; i++) {
    if (Number.isNaN(features[i])) perColumn[i % d] = (perColumn[i % d] as number) + 1;
  }
  return perColumn;
}

/** How many cells are missing, and where. @param perColumn [d] */
export function missingNotices(perColumn: Float64Array, columns: readonly ReadColumn[]): string[] {
  const own = columns.flatMap(({ name, feature }) => {
    const cells = feature === undefined ? 0 : (perColumn[feature.at] as number);
    return cells === 0 ? [] : [{ name, cells }];
  });
  if (own.length === 0) return [];
  const total = own.reduce((sum, { cells }) => sum + cells, 0);
  const shown = own.slice(0, mostShown).map(({ name, cells }) => `${show(name)}: ${cells}`);
  const more = own.length > mostShown ? ', …' : '';
  return [
    `${count(total, 'missing cell')} in ${count(own.length, 'column')} (${shown.join(', ')}${more})`,
  ];
}
