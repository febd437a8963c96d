import type { ColumnCells } from '../shared/table-file.ts';
import type { Json } from './parse.ts';

/**
 * Values of JSON as the cells of a column.
 * @param kind what the values of the column are
 * @returns `undefined` where they are something else
 */
export function cellsOf(
  values: readonly Json[],
  kind: ColumnCells['kind'] | undefined,
): ColumnCells | undefined {
  if (kind === 'texts') {
    const texts = values.map(textOf);
    return texts.every((text) => text !== undefined) ? { kind, values: texts } : undefined;
  }
  if (kind === 'numbers') {
    if (!values.every(isNumber)) return undefined;
    return { kind, values: Float64Array.from(values, (value) => value ?? Number.NaN) };
  }
  const lists: (Float64Array | undefined)[] = [];
  for (const list of values) {
    if (list !== null && !(Array.isArray(list) && list.every(isNumber))) return undefined;
    lists.push(list === null ? undefined : Float64Array.from(list, (value) => value ?? Number.NaN));
  }
  return { kind: 'lists', values: lists };
}

function isNumber(value: Json): value is number | null {
  return value === null || typeof value === 'number';
}

function textOf(value: Json): string | undefined {
  if (isNumber(value)) return value === null ? '' : Number(value).toString();
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return typeof value === 'string' ? value : undefined;
}
