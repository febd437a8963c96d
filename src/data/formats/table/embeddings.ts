import { field, SymlossError, show } from '../../../core/index.ts';
import { float32Overflow } from '../../numbers.ts';
import { count } from '../../text.ts';
import type { NpyMatrixReader } from '../npy/matrix.ts';
import { NpyMatrix } from '../npy/matrix.ts';
import { piecesOf } from '../shared/chunk-pieces.ts';
import type { ColumnCells, OtherColumn, TableChunk, TableFile } from '../shared/table-file.ts';

/** Numbers of vectors that the rows of a chunk have together: some of them are held twice. */
const mostTogether = 1 << 20;

/** Columns by name, and the .npy file of the vectors of each. */
export type EmbeddingFiles = Readonly<Record<string, string>>;

/**
 * A table with further columns, each a vector per row from a .npy file `[n, d]`. Row i of the array belongs to row i of the
 * table, whichever rows are left out later.
 * @param files default: none
 * @param replaces whether the vectors take the place of a column of that name in the table. Default: such a name is taken
 * @throws SymlossError naming the file that is missing, foreign, or has another number of rows than the table or the first
 * of the files; and where the table has a column of that name
 */
export async function withEmbeddings(
  table: TableFile,
  files: EmbeddingFiles | undefined,
  replaces: (name: string) => boolean = () => false,
): Promise<TableFile> {
  const named = Object.entries(checkFiles(files));
  if (named.length === 0) return table;
  const names = named.map(([name]) => name);
  const isReplaced = (name: string) => names.includes(name) && replaces(name);
  for (const name of names) if (!isReplaced(name)) checkName(table, name);
  const matrices = await Promise.all(named.map(([, path]) => NpyMatrix.open(path)));
  const joined = new EmbeddedTable(table, names, matrices, isReplaced);
  if (table.rowCount !== undefined) joined.checkCount(table.rowCount);
  const [first] = matrices as [NpyMatrix];
  const other = matrices.find(({ n }) => n !== first.n);
  if (other === undefined) return joined;
  throw new SymlossError(other.path, `${first.n} rows, as ${first.path}`, String(other.n));
}

/** @throws SymlossError unless each is the name of a file, for callers in plain JavaScript */
function checkFiles(files: unknown = {}): EmbeddingFiles {
  const isNamed = typeof files === 'object' && files !== null && !Array.isArray(files);
  if (isNamed && Object.values(files).every((path) => typeof path === 'string' && path !== '')) {
    return files as EmbeddingFiles;
  }
  const expected = 'the .npy file of each column by its name, such as { emb: "vectors.npy" }';
  throw new SymlossError(field('embedding'), expected, show(files));
}

function checkName(table: TableFile, name: string): void {
  const others = table.otherColumns?.map((other) => other.name) ?? [];
  const isTaken = table.columns.includes(name) || others.includes(name);
  if (name !== '' && name.trim() === name && !isTaken) return;
  const expected = isTaken
    ? `a name that no column of ${table.path} has`
    : 'a name without blanks around it';
  throw new SymlossError(field('embedding'), expected, show(name));
}

class EmbeddedTable implements TableFile {
  readonly path: string;
  readonly columns: readonly string[];
  readonly otherColumns: readonly OtherColumn[];
  readonly comma?: 'thousands' | 'decimal';
  readonly rowCount: number;
  readonly widths: readonly (number | undefined)[];
  readonly #table: TableFile;
  readonly #names: readonly string[];
  readonly #matrices: readonly NpyMatrix[];

  /** @param isReplaced of a column of the table: it has no name any more, so that nothing reads it */
  constructor(
    table: TableFile,
    names: readonly string[],
    matrices: readonly NpyMatrix[],
    isReplaced: (name: string) => boolean,
  ) {
    this.path = table.path;
    this.columns = [...table.columns.map((name) => (isReplaced(name) ? '' : name)), ...names];
    this.otherColumns = table.otherColumns ?? [];
    if (table.comma !== undefined) this.comma = table.comma;
    this.rowCount = (matrices[0] as NpyMatrix).n;
    this.widths = [...table.columns.map(() => undefined), ...matrices.map(({ d }) => d)];
    this.#table = table;
    this.#names = names;
    this.#matrices = matrices;
  }

  get shareRead(): number | undefined {
    return this.#table.shareRead;
  }

  async *chunks(): AsyncGenerator<TableChunk> {
    const readers: NpyMatrixReader[] = [];
    const numbers = this.#matrices.reduce((sum, { d }) => sum + d, 0);
    const most = Math.max(1, Math.floor(mostTogether / numbers));
    let rows = 0;
    try {
      for (const matrix of this.#matrices) readers.push(matrix.reader());
      for await (const chunk of this.#table.chunks()) {
        let start = rows;
        rows += chunk.rows;
        if (rows > this.rowCount) continue; // counted to the end, for the message
        for (const piece of piecesOf(chunk, most)) {
          yield this.#withVectors(piece, readers, start);
          start += piece.rows;
        }
      }
    } finally {
      for (const reader of readers) reader.close();
    }
    this.checkCount(rows);
  }

  place(row: number): string {
    return this.#table.place(row);
  }

  /** @param rows of the table @throws SymlossError naming the first file that has more or fewer */
  checkCount(rows: number): void {
    const other = this.#matrices.find(({ n }) => n !== rows);
    if (other === undefined) return;
    const expected = `${count(rows, 'row')}, one for each row of ${this.path}`;
    throw new SymlossError(other.path, expected, String(other.n));
  }

  /** @param start row of the table, from 0, that the chunk starts with */
  #withVectors(chunk: TableChunk, readers: readonly NpyMatrixReader[], start: number): TableChunk {
    const own = this.#table.columns.length;
    const { rows } = chunk;
    return {
      rows,
      cells: (column) =>
        column < own
          ? chunk.cells(column)
          : this.#vectors(
              readers[column - own] as NpyMatrixReader,
              column - own,
              start,
              start + rows,
            ),
      numbers: (column) => (column < own ? chunk.numbers?.(column) : undefined),
    };
  }

  #vectors(reader: NpyMatrixReader, which: number, start: number, end: number): ColumnCells {
    const { path } = this.#matrices[which] as NpyMatrix;
    const name = this.#names[which] as string;
    return {
      kind: 'lists',
      values: {
        length: end - start,
        *[Symbol.iterator]() {
          let row = start;
          for (const vector of reader.rows(start, end)) {
            row++;
            for (let i = 0; i < vector.length; i++) {
              const value = vector[i] as number;
              if (Math.abs(value) < float32Overflow) continue; // NaN is not
              const where = `${path}, row ${row}, ${show(`${name}[${i}]`)}`;
              throw new SymlossError(where, 'a finite number (below 3.4e38)', show(value));
            }
            yield vector;
          }
        },
      },
    };
  }
}
