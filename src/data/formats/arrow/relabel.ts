import type { Data, DataType, Field, RecordBatch, Schema } from 'apache-arrow';
import { SymlossError } from '../../../core/index.ts';
import { list } from '../../text.ts';
import type { Relabelling, RelabelOptions } from '../shared/relabelling.ts';
import { checkIsNew, checkRows, labelOf, requireLabel } from '../shared/relabelling.ts';
import { ColumnNames } from '../table/names.ts';
import { fieldOf, JoinedDictionaries, withField } from './dictionaries.ts';
import type { ArrowField } from './fields.ts';
import { arrowFields, nameOf } from './fields.ts';
import { ArrowFile } from './file.ts';
import { gather, picksOf } from './gather.ts';
import type { Arrow } from './package.ts';
import { loadArrow, writeError } from './package.ts';

/** Extension of what is written as a stream; the others are of files. */
const streamExtension = 'arrows';

/**
 * Files of Arrow as one with other labels, as a file (Feather) or a stream, not compressed. Types, missing values, notes and
 * the order of rows stay as they are; a column has one dictionary in all. The labels may be a field of a struct.
 */
export async function* relabelArrow(
  paths: readonly string[],
  changes: Relabelling,
  options: RelabelOptions,
): AsyncGenerator<Uint8Array> {
  const [first] = paths as readonly [string];
  const arrow = await loadArrow(first);
  const looked = await look(arrow, paths, changes, options);
  const { RecordBatchFileWriter, RecordBatchStreamWriter } = arrow;
  const isStream = options.extension === streamExtension;
  const writer = isStream ? new RecordBatchStreamWriter() : new RecordBatchFileWriter();
  try {
    let all = 0;
    for await (const { batch, before } of batches(paths, options)) {
      const rows = keptRows(batch.numRows, before, changes);
      const part = { path: first, changes, before, rows };
      if (rows.length > 0) writer.write(written(arrow, batch, looked, part));
      all = before + batch.numRows;
    }
    checkRows(first, changes, all);
    writer.finish();
  } catch (cause) {
    throw writeError(first, cause);
  }
  yield* writer;
}

/** What is known after a first look at all rows. */
interface Looked {
  /** Of what is written. */
  readonly schema: Schema;
  /** The place of the label column, then in the structs that lead to the labels. */
  readonly label: readonly number[];
  readonly dictionaries: JoinedDictionaries;
  /** The labels that other rows get. */
  readonly cells: Cells;
}

/** Values of some rows. */
interface Cells {
  /** A column for each batch that has such. */
  readonly columns: readonly Data[];
  /** Of each row where its value is. */
  readonly places: ReadonlyMap<number, readonly [column: number, row: number]>;
}

/** @throws SymlossError where a name is taken, or files have other columns than the first */
async function look(
  arrow: Arrow,
  paths: readonly string[],
  changes: Relabelling,
  options: RelabelOptions,
): Promise<Looked> {
  const [first] = paths as readonly [string];
  const schemas: Schema[] = [];
  for (const path of paths) schemas.push(await schemaOf(path));
  const { fields, metadata } = schemas[0] as Schema;
  for (const [i, { fields: own }] of schemas.entries()) {
    checkColumns(arrow, [first, fields], [paths[i] as string, own]);
  }
  const known = arrowFields(first, arrow, fields);
  const columns = known.map(({ name }) => name);
  if (changes.added !== undefined) checkIsNew(first, { columns }, changes.added);
  const named = new ColumnNames({ path: first, columns });
  const place = named.find('label column', requireLabel(changes));
  const { places: label, type: labelType } = known[place] as ArrowField;
  const dictionaries = new JoinedDictionaries(arrow, schemas[0] as Schema);
  const cells = await cellsOf(arrow, paths, { changes, label, dictionaries }, options);
  const all = fields.map((field, i) => dictionaries.field(field, [i]));
  if (changes.added !== undefined) {
    const { name, cell } = changes.added;
    const number = new arrow.Float64();
    const type = cell === 'label' ? dictionaries.type(labelType, label) : number;
    all.push(new arrow.Field(name, type, true));
  }
  return { schema: new arrow.Schema(all, metadata), label, dictionaries, cells };
}

/** The labels of the rows whose labels others get; on the way the dictionaries are joined. */
async function cellsOf(
  arrow: Arrow,
  paths: readonly string[],
  {
    changes: { labels },
    label,
    dictionaries,
  }: Pick<Looked, 'label' | 'dictionaries'> & { readonly changes: Relabelling },
  options: RelabelOptions,
): Promise<Cells> {
  const wanted = new Set(labels.values());
  const columns: Data[] = [];
  const places = new Map<number, readonly [number, number]>();
  for await (const { batch, before } of batches(paths, options)) {
    dictionaries.add(batch);
    const rows = Array.from({ length: batch.numRows }, (_, i) => i);
    const own = rows.filter((row) => wanted.has(before + row));
    if (own.length === 0) continue;
    for (const [i, row] of own.entries()) places.set(before + row, [columns.length, i]);
    columns.push(gather(arrow, [fieldOf(batch.data, label)], picksOf(own)));
  }
  return { columns: columns.map((column) => dictionaries.column(column, label)), places };
}

/** Rows of a batch to write. */
interface Part {
  readonly path: string;
  readonly changes: Relabelling;
  /** Rows before the batch. */
  readonly before: number;
  /** Those of the batch that are kept, from 0. */
  readonly rows: readonly number[];
}

function written(
  arrow: Arrow,
  batch: RecordBatch,
  { schema, label, dictionaries, cells }: Looked,
  { path, changes: { labels, added }, before, rows }: Part,
): RecordBatch {
  const kept = picksOf(rows);
  const isWhole = rows.length === batch.numRows;
  const columns = batch.data.children.map((column, place) => {
    const joined = dictionaries.column(column, [place]);
    return isWhole ? joined : gather(arrow, [joined], kept);
  });
  const [top, ...within] = label as readonly [number, ...number[]];
  const old = fieldOf(columns[top] as Data, within);
  const places = rows.map((row) => {
    const source = labels.get(before + row);
    return source === undefined ? undefined : labelOf(cells.places, source, path);
  });
  if (places.some((place) => place !== undefined)) {
    const made = gather(arrow, [old, ...cells.columns], {
      length: rows.length,
      column: (i) => (places[i] === undefined ? 0 : 1 + places[i][0]),
      row: (i) => places[i]?.[1] ?? i,
    });
    columns[top] = withField(arrow, columns[top] as Data, within, made);
  }
  if (added !== undefined) {
    const { cell } = added;
    columns.push(
      cell === 'label'
        ? old
        : arrow.makeData({
            type: new arrow.Float64(),
            data: Float64Array.from(rows, (row) => cell(before + row)),
          }),
    );
  }
  const type = new arrow.Struct(schema.fields);
  const data = arrow.makeData({ type, length: rows.length, nullCount: 0, children: columns });
  return new arrow.RecordBatch(schema, data, batch.metadata);
}

function keptRows(length: number, before: number, { dropped }: Relabelling): number[] {
  const rows = Array.from({ length }, (_, row) => row);
  return dropped === undefined ? rows : rows.filter((row) => !dropped.has(before + row));
}

async function schemaOf(path: string): Promise<Schema> {
  const file = await ArrowFile.open(path);
  await file.close();
  return file.schema;
}

type Pair = [DataType, DataType];
type Named = readonly [path: string, fields: readonly Field[]];

/** @throws SymlossError where two files have other columns, or of other types */
function checkColumns(arrow: Arrow, [first, expected]: Named, [path, received]: Named): void {
  const isSame =
    expected.length === received.length &&
    expected.every((field, i) => {
      const own = received[i] as Field;
      const types = [field, own].map(({ type }) => comparable(arrow, type));
      return nameOf(field) === nameOf(own) && arrow.util.compareTypes(...(types as Pair));
    });
  if (isSame) return;
  const shown = (fields: readonly Field[]) =>
    list(fields.map((field) => `${nameOf(field)} (${String(field.type).slice(0, 60)})`));
  throw new SymlossError(
    `${path}, columns`,
    `those of ${first} in their order and of their types, since the rows are written to one file: ${shown(expected)}`,
    shown(received),
  );
}

/** A type in which dictionaries are equal where their values are of one type, whatever number a file gives them. */
function comparable(arrow: Arrow, type: DataType): DataType {
  const { DataType: of, Dictionary, Int32, Struct } = arrow;
  if (of.isDictionary(type)) return new Dictionary(type.dictionary, new Int32(), 0);
  if (!of.isStruct(type)) return type;
  return new Struct(
    type.children.map((field) => field.clone({ type: comparable(arrow, field.type) })),
  );
}

/** The batches of files one behind the other, with the rows before each. */
async function* batches(
  paths: readonly string[],
  { signal }: RelabelOptions,
): AsyncGenerator<{ readonly batch: RecordBatch; readonly before: number }> {
  let before = 0;
  for (const path of paths) {
    const file = await ArrowFile.open(path);
    try {
      for await (const batch of file.batches()) {
        signal?.throwIfAborted();
        yield { batch, before };
        before += batch.numRows;
      }
    } finally {
      await file.close();
    }
  }
}
