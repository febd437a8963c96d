import { z } from 'zod';
import { closest, field, formatIntegers, SymlossError, show } from '../core/index.ts';

/** The schema of integers in a range, whose messages name it; without `max` up to what a number counts. */
export function integer(min: number, max?: number): z.ZodNumber {
  const error = formatIntegers({ min, ...(max !== undefined && { max }) });
  const schema = z.number({ error }).int({ error }).min(min, { error });
  return max === undefined ? schema : schema.max(max, { error });
}

type Issue = z.core.$ZodIssue;
type Key = PropertyKey;

/** What a value must be, and where in the whole it stands. */
export interface Fault {
  readonly path: readonly Key[];
  readonly expected: string;
  readonly received: string;
  /** A known setting like one that is not. */
  readonly similar?: string | undefined;
}

/** The first fault that a schema finds, in words. */
export function firstFault(error: z.core.$ZodError, whole: unknown, schema?: z.ZodType): Fault {
  const issue = misspelt(settle(error.issues[0] as Issue, whole), error.issues, whole);
  const value = at(whole, issue.path);
  if (issue.code !== 'unrecognized_keys') {
    return { path: issue.path, expected: expectation(issue), received: showValue(value) };
  }
  const known = schema === undefined ? [] : settingsAt(schema, issue.path);
  const similar = closest(issue.keys[0] ?? '', known);
  const isListed = issue.path.length === 0 && known.length > 0; // those within are many
  return {
    path: issue.path,
    expected: isListed ? `settings among ${known.join(', ')}` : 'settings that are known',
    received: listed(issue.keys),
    similar,
  };
}

/**
 * A value that a schema accepts.
 * @param where what it is of, such as a file; left out for the fields of a run themselves
 * @throws SymlossError naming the place: `grid.yaml, losses[1].training.epochs`, or the field
 */
export function parsed<T extends z.ZodType>(
  schema: T,
  value: unknown,
  where?: string,
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, expected, received, similar } = firstFault(result.error, value, schema);
  const place = formatPath(path);
  const inFile = place === '' ? where : `${where}, ${place}`;
  const inOptions = place === '' ? 'options' : field(place);
  // in a file fields have their own names, whoever reads the message
  const meant = similar && (where === undefined ? field(similar) : similar);
  throw new SymlossError(where === undefined ? inOptions : (inFile as string), expected, received, {
    hint: meant && `did you mean ${meant}?`,
  });
}

/** Where a setting is missing, and there is one that is not known, the latter: it is probably meant. */
function misspelt(issue: Issue, all: readonly Issue[], whole: unknown): Issue {
  if (at(whole, issue.path) !== undefined) return issue;
  const place = issue.path.slice(0, -1).join();
  const unknown = all.find(
    ({ code, path }) => code === 'unrecognized_keys' && path.join() === place,
  );
  return unknown ?? issue;
}

/** The names of the settings that a schema has at a path. */
function settingsAt(schema: unknown, path: readonly Key[]): string[] {
  // a setting of another kind of thing is not meant
  if (schema instanceof z.ZodDiscriminatedUnion) return [];
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => settingsAt(option, path));
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly) {
    return settingsAt(schema.unwrap(), path);
  }
  const [key, ...rest] = path;
  if (schema instanceof z.ZodArray && key !== undefined) return settingsAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return key === undefined
    ? Object.keys(schema.shape)
    : settingsAt(schema.shape[String(key)], rest);
}

/** `losses[1].training.epochs` */
export function formatPath(path: readonly Key[]): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

/** Of alternatives, what is wrong with the one that the value comes closest to: that of its own type. */
function settle(issue: Issue, whole: unknown): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const branch = issue.errors.find(
    ([first]) => first !== undefined && !(isOfKind(first) && first.path.length === 0),
  );
  const [inner] = branch ?? [];
  if (inner === undefined) return issue;
  return settle({ ...inner, path: [...issue.path, ...inner.path] } as Issue, whole);
}

/** Whether an issue says what kind of value is expected. */
const isOfKind = ({ code }: Issue): boolean => code === 'invalid_type' || code === 'custom';

function at(whole: unknown, path: readonly Key[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<Key, unknown> | undefined)?.[key],
    whole,
  );
}

const kinds: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'an integer',
  string: 'a text',
  array: 'a list',
  object: 'an object with settings',
};

/** What a setting must be, in words. */
export function expectation(issue: Issue): string {
  if (issue.message.startsWith('an integer')) return issue.message; // of `integer`
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union': {
      if ('options' in issue && issue.options) return oneOf(issue.options); // of kinds of objects
      const types = issue.errors.flatMap(([first]) =>
        first !== undefined && isOfKind(first) ? [expectation(first)] : [],
      );
      return [...new Set(types)].join(' or ');
    }
    case 'too_small':
      if (issue.origin === 'string') return 'a text that is not empty';
      if (issue.origin === 'array') return 'a list that is not empty';
      return `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `a number ${issue.inclusive ? 'of at most' : 'below'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const oneOf = (values: readonly unknown[]): string =>
  `${values.length === 1 ? '' : 'one of '}${values.join(', ')}`;

const showValue = (value: unknown): string => (value === undefined ? 'nothing' : show(value));

/** Names of a file, however many and long they are. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => (name.length > 60 ? show(name) : name));
  return `${shown.join(', ')}${names.length > 5 ? `, … (${names.length} in all)` : ''}`;
}
