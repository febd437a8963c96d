import { field, SymlossError, show } from '../../../core/index.ts';
import { list } from '../../text.ts';
import type { TableFile, TableReading } from './table-file.ts';

/** A new last column of a table. */
export interface AddedColumn {
  readonly name: string;
  /** The option that names it, for messages, and what they call the column. */
  readonly option: string;
  readonly role: string;
  /** The label as it was, or a number. @param row from 0 */
  readonly cell: 'label' | ((row: number) => number);
}

/** Other labels for the rows of a source, which are numbered from 0. */
export interface Relabelling {
  /** The label column, which tables need. Default: that of images, as they are read. */
  readonly label?: string | undefined;
  /** Of each row whose label changes, a row that has its new one: it is written as it is spelled there. */
  readonly labels: ReadonlyMap<number, number>;
  /** Rows to leave out. */
  readonly dropped?: ReadonlySet<number> | undefined;
  readonly added?: AddedColumn | undefined;
}

export interface RelabelOptions extends TableReading {
  /** Of the file to write, without the dot: formats that have several forms choose by it. */
  readonly extension?: string | undefined;
  /** What else can be done where a source cannot be written with other labels, for the hint. */
  readonly otherwise?: string | undefined;
  /** Where the labels lie, of arrays. */
  readonly labelsFile?: string | undefined;
}

/** How a format writes a source with other labels. */
export interface Relabel {
  /** Extensions of what it writes, without the dot. */
  readonly extensions: readonly string[];
  /** Whether that is text, which may be compressed by gzip. Default: false. */
  readonly isText?: boolean;
  /** What is written: the source, or, of arrays, their labels alone. */
  readonly writes: 'source' | 'labels';
  /** The label column that is written, where the source has none. */
  readonly label?: string;
  /** Where the test part of a source lies that brings one: it is not written. */
  readonly testPart?: (path: string) => Promise<{ readonly test?: string }>;
  /**
   * The content of the new file: rows, columns and cells in their order and as they are, but for the labels, the rows that are
   * left out and the added column. A piece is the caller's.
   * @param paths files that are read as one
   * @throws SymlossError where they cannot be read, or have an added column already
   */
  readonly write: (
    paths: readonly string[],
    changes: Relabelling,
    options: RelabelOptions,
  ) => AsyncGenerator<Uint8Array>;
}

/** @throws SymlossError where the table has a column of the name of the new one, or that is no name */
export function checkIsNew(
  path: string,
  { columns, otherColumns = [] }: Pick<TableFile, 'columns' | 'otherColumns'>,
  { name, option, role }: AddedColumn,
): void {
  if (name.trim() === '' || name !== name.trim()) {
    throw new SymlossError(field(option), 'a name without blanks around it', show(name));
  }
  const taken = [...columns, ...otherColumns.map((other) => other.name)];
  if (!taken.includes(name)) return;
  throw new SymlossError(`${path}, ${role}`, 'a name that no column has', show(name), {
    hint: `choose another (${field(option)})`,
  });
}

/** @throws SymlossError where no label column is named */
export function requireLabel({ label }: Relabelling): string {
  if (label !== undefined) return label;
  throw new SymlossError(field('label'), 'the column of the labels', 'nothing');
}

/** @throws SymlossError where a table has other columns, or in another order, than the first of those that are written to one file */
export function checkSameColumns(
  first: Pick<TableFile, 'path' | 'columns'>,
  { path, columns }: Pick<TableFile, 'path' | 'columns'>,
): void {
  const areSame = columns.length === first.columns.length;
  if (areSame && columns.every((name, i) => name === first.columns[i])) return;
  throw new SymlossError(
    `${path}, columns`,
    `those of ${first.path} in their order, since the rows are written to one file: ${list(first.columns)}`,
    list(columns),
  );
}

/** The label cells of some rows, which other rows get. */
export function labelOf<T>(cells: ReadonlyMap<number, T>, row: number, path: string): T {
  const cell = cells.get(row);
  if (cell === undefined) throw changed(path);
  return cell;
}

export function changed(path: string): SymlossError {
  return new SymlossError(path, 'a file that stays as it is', 'one that changes', {
    kind: 'failure',
    hint: 'wait until it is written, then start again',
  });
}

/** @throws SymlossError where rows are named that the source does not have */
export function checkRows(
  path: string,
  { labels, dropped = new Set() }: Relabelling,
  rows: number,
): void {
  for (const row of [...labels.keys(), ...dropped]) if (row >= rows) throw changed(path);
}

/** All pieces of a content. */
export async function piecesOf(content: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return pieces;
}
