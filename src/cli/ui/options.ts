import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import type { Field, FieldName, FieldValues, Scope } from '../../run/fields.ts';
import { fieldNames, fields } from '../../run/fields.ts';
import { list, number } from './arguments.ts';
import { columnsFile } from './columns-file.ts';
import { embeddedColumn } from './embedded-column.ts';
import { namedFile } from './named-files.ts';

/** `learningRate` → `learning-rate` */
const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const flagOf = (name: FieldName): string => (fields[name] as Field).flag ?? kebab(name);

/** The help of a field with its default. @param otherwise the default in words, where that of a command is its own */
function helpOf(name: FieldName, otherwise?: string): string {
  const field: Field = fields[name];
  if (field.default !== undefined) return `${field.help} (${field.default})`;
  const words = otherwise ?? field.otherwise;
  return words === undefined ? field.help : `${field.help}; default: ${words}`;
}

/** The option of a field: its flag, its help with the default, and how its text is read. */
export function fieldOption(name: FieldName, help = helpOf(name)): Option {
  const { schema, value, ...field }: Field = fields[name];
  const option = new Option(`--${flagOf(name)} <${value}>`, help);
  if (name === 'embed') return option.argParser(embeddedColumn);
  if (schema instanceof z.ZodNumber) return option.argParser(number);
  if (schema instanceof z.ZodArray) return option.argParser(list);
  if (schema instanceof z.ZodRecord) return option.argParser(field.path ? namedFile : columnsFile);
  if (schema instanceof z.ZodUnion) return option.argParser(imageSize);
  return schema instanceof z.ZodEnum ? option.choices(schema.options.map(String)) : option;
}

/** The defaults of a command where they are its own, in words. */
export type OwnDefaults = { readonly [K in FieldName]?: string };

/** Adds the options of all fields of some scopes, but for `source`, which is an argument. */
export function addFields(
  command: Command,
  scopes: readonly Scope[],
  {
    except = [],
    own = {},
  }: { readonly except?: readonly FieldName[]; readonly own?: OwnDefaults } = {},
): Command {
  for (const name of fieldNames(...scopes)) {
    if (name === 'source' || except.includes(name)) continue;
    command.addOption(fieldOption(name, helpOf(name, own[name])));
  }
  return command;
}

/** The fields among the options of a command line, by their own names. */
export function fieldsOf(options: Readonly<Record<string, unknown>>): FieldValues {
  const given = fieldNames('data', 'axis', 'training', 'machine').flatMap((name) => {
    const key = (fields[name] as Field).flag ?? name;
    return options[key] === undefined ? [] : [[name, options[key]]];
  });
  return Object.fromEntries(given) as FieldValues;
}

/** Options of commands beside the fields of a run, as messages may name them. */
const others: ReadonlySet<string> = new Set([
  ...['out', 'jobs', 'seeds', 'compare', 'losses', 'noises', 'search', 'overwrite', 'resume'],
  ...['checkpointEvery', 'keepCheckpoints', 'keepModels', 'queue', 'queueName', 'part', 'config'],
  ...['data', 'modules', 'folds', 'repeats', 'probs', 'savedModel', 'precision'],
  ...['relabel', 'drop', 'weights', 'retrain'],
  ...['concurrency', 'grace', 'lostAfter', 'trials', 'space', 'testSeeds', 'port', 'host'],
]);

/** How the command line calls fields: `--missing drop`. */
export const optionNames = (path: string, value?: string): string => {
  const [start = ''] = path.split(/[.[]/, 1);
  const set = value === undefined ? '' : ` ${value}`;
  if (start === 'source') return value ?? 'data';
  if (Object.hasOwn(fields, start)) return `--${flagOf(start as FieldName)}${set}`;
  if (others.has(start)) return `--${kebab(start)}${set}`;
  return value === undefined ? path : `${path}: ${value}`;
};

function imageSize(text: string): number | [number, number] {
  const [, height, width] = /^(\d+)(?:x(\d+))?$/.exec(text) ?? [];
  if (height === undefined) {
    throw new InvalidArgumentError('Expected a size such as 32, or height x width such as 32x48.');
  }
  return width === undefined ? Number(height) : [Number(height), Number(width)];
}
