import type { Numbers } from '../data/array-source.ts';
import type { CellRows, ColumnArrays, RecordRows } from './cells.ts';

/**
 * Rows of raw features. For every model n lists of numbers, or the same row-major in one array. For a table also n records
 * `{ age: 31, job: 'nurse' }`, in which an object is a column for each of its values, columns `{ age: [31], job: ['nurse'] }`, or
 * n lists of cells in the order of the model's columns.
 */
export type RawRows =
  | readonly Numbers[]
  | Float32Array
  | Uint8Array
  | RecordRows
  | ColumnArrays
  | CellRows;
