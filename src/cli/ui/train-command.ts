import { shellWord } from '../../core/index.ts';
import type { Field, FieldName, FieldValues } from '../../run/fields.ts';
import { fieldNames, fields } from '../../run/fields.ts';
import { fieldOption } from './options.ts';

/**
 * The command that trains with some fields, as a shell takes it: those that are at their default are left out.
 * @param values the file that says what columns are is written as the options that it stands for
 */
export function trainCommandLine(values: FieldValues): string {
  const { source = '', ...given } = withoutColumnsFile(values);
  const options = fieldNames('data', 'axis', 'training').flatMap((name) => {
    const value: unknown = (given as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || value === (fields[name] as Field).default) return [];
    return textsOf(value, name).flatMap((text) => [fieldOption(name).long as string, text]);
  });
  return ['symloss', 'train', source, ...options].map(shellWord).join(' ');
}

/** The list of columns that a role in a file of columns stands for. */
const listOf: Readonly<Record<string, FieldName>> = { 'day-first': 'dayFirst' };

function withoutColumnsFile({ columns = {}, ...values }: FieldValues): FieldValues {
  const all: Record<string, unknown> = { ...values };
  for (const [column, role] of Object.entries(columns)) {
    const name = listOf[role] ?? (role as FieldName);
    const known = all[name];
    const isOne = name === 'weight' || name === 'group';
    all[name] = isOne ? column : [...(Array.isArray(known) ? known : []), column];
  }
  return all as FieldValues;
}

/** The texts of an option, which may be given several times. */
function textsOf(value: unknown, name: FieldName): string[] {
  if (name === 'imageSize' && Array.isArray(value)) return [value.join('x')];
  if (Array.isArray(value)) return value.length === 0 ? [] : [value.join(',')];
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).map(([key, own]) => `${key}=${own}`);
}
