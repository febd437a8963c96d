import { SymlossError } from '../../../core/index.ts';
import { vectorOf } from '../../vectors.ts';
import type { Format, ModelInput, OpenRowsOptions } from '../format.ts';
import { JoinedTable } from '../shared/joined-table.ts';
import type { TableFile, TableReading } from '../shared/table-file.ts';
import { withEmbeddings } from './embeddings.ts';
import { readTableOfAnySize } from './large.ts';
import { tableFields } from './read.ts';
import { readTablePieces } from './row-pieces.ts';
import { readTableRows } from './rows.ts';
import { tableTestOptions } from './test-options.ts';
import { watched } from './watched.ts';

/** What a format of tables says of itself. */
export interface TableForm
  extends Pick<Format, 'name' | 'about' | 'extensions' | 'detect' | 'relabel'> {
  /** Opens a file, or whatever the path stands for. */
  readonly openTable: (path: string, reading: TableReading) => Promise<TableFile>;
}

type ModelColumns = NonNullable<ModelInput['columns']>;

/** A format whose files are tables, read by the rules of `readTable`. */
export function tableFormat(form: TableForm): Format {
  const { openTable } = form;
  /** A table with the vectors beside it that a model takes. */
  const openFor = async (columns: ModelColumns, path: string, options: OpenRowsOptions) => {
    const file = await openTable(path, options);
    const whole = await withEmbeddings(file, options.embedding, takesVectors(columns));
    return { file, table: watched(whole, options.onProgress) };
  };
  return {
    ...form,
    kind: 'file',
    join: (paths) =>
      tableFormat({
        ...form,
        about: 'several tables',
        async openTable(source, reading) {
          const files: TableFile[] = []; // one by one: there may be more than can be open
          for (const path of paths) files.push(await openTable(path, reading));
          return new JoinedTable(source, files);
        },
      }),
    fields: [...tableFields, 'embedding'],
    async open(path, options) {
      const file = await openTable(path, options);
      const table = watched(await withEmbeddings(file, options.embedding), options.onProgress);
      return { data: await readTableOfAnySize(table, options, file) };
    },
    async openRows(path, input, options) {
      const columns = modelColumns(path, input);
      const { table, file } = await openFor(columns, path, options);
      const given = rowsOptions(options);
      const { columns: _, ...rows } = await readTableRows(table, columns, given, file);
      return { ...rows, featureShape: [columns.length] };
    },
    async *openRowPieces(path, input, options) {
      const columns = modelColumns(path, input);
      const { table, file } = await openFor(columns, path, options);
      const pieces = readTablePieces(table, columns, rowsOptions(options), file);
      for await (const { columns: _, ...rows } of pieces) {
        yield { ...rows, featureShape: [columns.length] };
      }
    },
    async testOptions(path, options, training) {
      const { columns } = await openTable(path, options);
      return tableTestOptions(path, options, training, (name) => columns.includes(name));
    },
  };
}

/** Whether a model takes vectors by a name: then they may stand for the texts that they were made of. */
function takesVectors(columns: ModelColumns): (name: string) => boolean {
  const names = columns.flatMap((own) =>
    typeof own !== 'string' && own.kind === 'embedding' ? [vectorOf(own.name)] : [],
  );
  return (name) => names.includes(name);
}

/** @throws SymlossError if the model takes no table */
function modelColumns(path: string, { columns, featureShape }: ModelInput): ModelColumns {
  if (columns !== undefined) return columns;
  const [expected, of] = featureShape.length === 3 ? ['images', 'images'] : ['an array', 'arrays'];
  throw new SymlossError(path, expected, 'a table', { hint: `the model was trained on ${of}` });
}

function rowsOptions({ missing, id, ownIds, label, memoryLimit, signal }: OpenRowsOptions) {
  return {
    ...(missing !== undefined && { missing }),
    ...(id !== undefined && { id }),
    ...(ownIds !== undefined && { ownIds }),
    ...(label !== undefined && { label }),
    ...(memoryLimit !== undefined && { memoryLimit }),
    ...(signal !== undefined && { signal }),
  };
}
