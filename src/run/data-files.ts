import { formats } from '../data/formats/index.ts';
import type { Field, FieldValues } from './fields.ts';
import { fieldNames, fields } from './fields.ts';

/** The fields that say which data a run has. */
type DataValues = FieldValues<'data'>;

/** The files and folders that fields of data name, each with its field; names of data sets are none. */
export function dataFiles(data: DataValues): { readonly name: string; readonly path: string }[] {
  const found: { readonly name: string; readonly path: string }[] = [];
  changeDataFiles(data, (name, path) => {
    found.push({ name, path });
    return path;
  });
  return found;
}

/** The fields of data that name files and folders, with other paths in them. */
export function changeDataFiles(
  data: DataValues,
  change: (name: string, path: string) => string,
): DataValues {
  const changed = fieldNames('data').flatMap((name): [string, unknown][] => {
    const value: unknown = data[name];
    if ((fields[name] as Field).path !== true || value === undefined) return [];
    if (typeof value === 'string') return isName(value) ? [] : [[name, change(name, value)]];
    const files = Object.entries(value as Record<string, string>);
    return [[name, Object.fromEntries(files.map(([key, path]) => [key, change(name, path)]))]];
  });
  return Object.fromEntries(changed) as DataValues;
}

function isName(source: string): boolean {
  return formats.some(({ kind, name }) => kind === 'name' && name === source);
}
