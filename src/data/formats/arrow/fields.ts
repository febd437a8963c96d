import type { DataType, Field, RecordBatch, Vector } from 'apache-arrow';
import { SymlossError, show } from '../../../core/index.ts';
import { mostLevels } from '../../flatten.ts';
import type { ColumnCells } from '../shared/table-file.ts';
import type { Arrow } from './package.ts';

/** A column of a table: one of the file, or a field of a struct. */
export interface ArrowField {
  /** `user.age` */
  readonly name: string;
  readonly type: DataType;
  /** Its place in a batch, then in the structs that lead to it. */
  readonly places: readonly number[];
}

/**
 * The columns of a table. Structs with a field of bytes are images, and stay.
 * @throws SymlossError where structs are nested deeper than 32 levels
 */
export function arrowFields(path: string, arrow: Arrow, fields: readonly Field[]): ArrowField[] {
  const { DataType: of } = arrow;
  const isBytes = ({ type }: Field) =>
    of.isBinary(type) || of.isLargeBinary(type) || of.isFixedSizeBinary(type);
  const flatten = (field: Field, prefix: string, places: readonly number[]): ArrowField[] => {
    const name = `${prefix}${nameOf(field)}`;
    const { type } = field;
    if (!of.isStruct(type) || type.children.some(isBytes)) return [{ name, type, places }];
    if (places.length === mostLevels) {
      const where = `${path}, column ${show(name)}`;
      throw new SymlossError(where, `at most ${mostLevels} levels of structs`, 'more');
    }
    return (type.children as Field[]).flatMap((child, i) =>
      flatten(child, `${name}.`, [...places, i]),
    );
  };
  return fields.flatMap((field, i) => flatten(field, '', [i]));
}

/** Without blanks around it; '' where it has none, whatever the types of apache-arrow say. */
export function nameOf({ name }: { readonly name: string | null }): string {
  return (name ?? '').trim();
}

/** Values of a field, and the structs that they are in. */
export interface FieldVectors {
  readonly vector: Vector;
  readonly structs: readonly Vector[];
}

export function vectorsOf(batch: RecordBatch, places: readonly number[]): FieldVectors {
  const structs: Vector[] = [];
  let within: { getChildAt(place: number): Vector | null } = batch;
  for (const place of places) {
    const vector = within.getChildAt(place);
    if (vector === null) throw new Error(`a record batch without column ${place + 1}`);
    structs.push(vector);
    within = vector;
  }
  return { vector: structs.pop() as Vector, structs };
}

/** The cells with those missing where a struct is: Arrow does not say what lies there. */
export function withMissing(cells: ColumnCells, structs: readonly Vector[]): ColumnCells {
  const isMissing = (i: number) => structs.some((struct) => !struct.isValid(i));
  if (structs.every((struct) => struct.nullCount === 0)) return cells;
  if (cells.kind === 'numbers') {
    return {
      ...cells,
      values: cells.values.map((value, i) => (isMissing(i) ? Number.NaN : value)),
    };
  }
  if (cells.kind === 'texts') {
    return { kind: 'texts', values: Array.from(cells.values, (v, i) => (isMissing(i) ? '' : v)) };
  }
  return {
    kind: 'lists',
    values: Array.from(cells.values, (value, i) => (isMissing(i) ? undefined : value)),
  };
}
