import { fromNumbers } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import {
  add,
  cast,
  categoryIndex,
  concat,
  constant,
  div,
  equal,
  input,
  log,
  matMul,
  mul,
  not,
  reshape,
  slice,
  sqrt,
  sub,
  sum,
  termCounts,
} from '../graph/index.ts';
import type { CategoricalColumn, FeaturePipeline, FittedColumn, TextColumn } from './columns.ts';
import { columnTerms, denseColumns, ofKind, textLength } from './columns.ts';

/** A named input of an exported model, and which columns of the table it takes. */
export interface TableInput {
  readonly name: string;
  /**
   * `float32`: numbers, dates as days since 1970-01-01, NaN where missing; `string`: categories and texts, '' where missing.
   */
  readonly type: 'float32' | 'string';
  /** One column, [n]; or the numbers of a vector, or all columns of a table of numbers, [n, columns]. */
  readonly columns: readonly string[];
  /** Whether it is a matrix. */
  readonly matrix: boolean;
}

/** What a table of numbers is fed by. */
const allColumns = 'features';

/** Whether a model looks at a column: not at a text without a term that is counted. */
function isUsed(column: FittedColumn): boolean {
  return column.kind !== 'text' || columnTerms(column) > 0;
}

/**
 * The inputs of a model for a table: one matrix `features` where all columns are amounts, else one input for each column
 * and for each vector, called like it; a name that the file has for something else gets `_` at its end.
 * @param taken names that the file has for other things
 */
export function tableInputs(pipeline: FeaturePipeline, taken: Iterable<string> = []): TableInput[] {
  const columns = pipeline.columns.filter(isUsed);
  if (columns.every(({ kind }) => kind === 'numeric')) {
    const names = columns.map(({ name }) => name);
    return [{ name: allColumns, type: 'float32', columns: names, matrix: true }];
  }
  // in an object of inputs by name it would be no entry but the prototype
  const used = new Set(['__proto__', ...taken]);
  const unused = (wanted: string): string => {
    let name = wanted;
    while (used.has(name)) name += '_';
    used.add(name);
    return name;
  };
  const inputs: TableInput[] = [];
  for (let i = 0; i < columns.length; ) {
    const column = columns[i] as FittedColumn;
    const vector = column.kind === 'embedding' ? vectorFrom(columns, i) : undefined;
    const own = columns.slice(i, i + (vector?.width ?? 1)).map(({ name }) => name);
    inputs.push({
      name: unused(vector?.name ?? column.name),
      type: isTextual(column) ? 'string' : 'float32',
      columns: own,
      matrix: vector !== undefined,
    });
    i += own.length;
  }
  return inputs;
}

/** The vector that starts at a column: `name[0]`, `name[1]`, … */
function vectorFrom(columns: readonly FittedColumn[], start: number) {
  const [, name] = /^(.*)\[0\]$/s.exec((columns[start] as FittedColumn).name) ?? [];
  if (name === undefined) return undefined;
  let width = 1;
  while (columns[start + width]?.name === `${name}[${width}]`) width++;
  return { name, width };
}

/** Whether a column's cells are texts. */
export function isTextual(column: FittedColumn): boolean {
  return column.kind === 'text' || (column.kind === 'categorical' && hasTexts(column));
}

function hasTexts({ values }: CategoricalColumn): boolean {
  return typeof values[0] === 'string';
}

/**
 * Encoded rows as an expression of a model's inputs.
 * @param n rows
 * @returns [n, width + terms], what `encodeRows` gives for the same rows
 */
export function encodedInputs(
  pipeline: FeaturePipeline,
  inputs: readonly TableInput[],
  n: number,
): Expr {
  const cells = new Map<string, Expr>();
  for (const { name, type, columns, matrix } of inputs) {
    if (!matrix) {
      cells.set(columns[0] as string, input(name, [n], type));
      continue;
    }
    const rows = input(name, [n, columns.length]);
    if (inputs.length === 1 && pipeline.columns.every(({ kind }) => kind === 'numeric'))
      return rows;
    cells.set(columns[0] as string, rows); // the others of the vector are in it
  }
  const parts: Expr[] = [];
  for (const column of denseColumns(pipeline)) {
    const x = cells.get(column.name);
    if (x === undefined) continue;
    if (column.kind === 'categorical') parts.push(reshape(place(x, column), [n, 1]));
    else parts.push(x.shape.length === 2 ? x : reshape(x, [n, 1]));
  }
  for (const column of ofKind(pipeline, 'text').filter(isUsed)) {
    parts.push(weights(cells.get(column.name) as Expr, column));
  }
  return parts.length === 1 ? (parts[0] as Expr) : concat(parts, 1);
}

/** The weights of terms; of a text without any, zeros. */
function weights(x: Expr, column: TextColumn): Expr {
  const { terms, idf, characters } = column;
  const counts = termCounts(x, column);
  if (characters === undefined) return weighted(counts, idf);
  if (terms.length === 0) return weighted(counts, characters.idf);
  const [n = 0, width = 0] = counts.shape;
  return concat(
    [
      weighted(slice(counts, [0, 0], [n, terms.length]), idf),
      weighted(slice(counts, [0, terms.length], [n, width]), characters.idf),
    ],
    1,
  );
}

function weighted(counts: Expr, idf: readonly number[]): Expr {
  // counts are integers, so that log1p would say no more
  const weights = mul(log(add(counts, 1)), row(idf));
  const length = sqrt(sum(mul(weights, weights), 1, true));
  return mul(weights, div(textLength, add(length, tiny)));
}

/** Keeps 0/0 out of texts without a term. */
const tiny = 1e-12;

/** The place of a value among those of its column, [n] → [n]; that behind the last for others. */
function place(x: Expr, column: CategoricalColumn): Expr {
  const { values } = column;
  if (hasTexts(column)) return categoryIndex(x, values as readonly string[]);
  const [n = 0] = x.shape;
  const missing = (values as readonly (number | null)[]).indexOf(null);
  const known = (values as readonly (number | null)[]).map((value) => value ?? Number.NaN);
  const isValue = cast(equal(reshape(x, [n, 1]), row(known)), 'float32'); // NaN equals nothing
  // Σ j·[x = value j] + [x is none of them]·length
  const own = reshape(
    matMul(
      isValue,
      constant(
        fromNumbers(
          'float32',
          [known.length, 1],
          known.map((_, j) => j),
        ),
      ),
    ),
    [n],
  );
  const other = mul(sub(1, sum(isValue, 1)), known.length);
  const found = add(own, other);
  if (missing < 0) return found;
  const isMissing = cast(not(equal(x, x)), 'float32');
  return add(found, mul(isMissing, missing - known.length));
}

function row(values: readonly number[]): Expr {
  return constant(fromNumbers('float32', [1, values.length], values));
}
