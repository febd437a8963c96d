import { z } from 'zod';
import { field, SymlossError, show } from '../core/index.ts';
import { closest } from '../data/closest.ts';

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
  const issue = settle(error.issues[0] as Issue, whole);
  const value = at(whole, issue.path);
  if (issue.code !== 'unrecognized_keys') {
    return { path: issue.path, expected: expectation(issue), received: showValue(value) };
  }
  const known =
    issue.path.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const similar = closest(issue.keys[0] ?? '', known);
  return {
    path: issue.path,
    expected: known.length === 0 ? 'settings that are known' : `settings among ${known.join(', ')}`,
    received: issue.keys.join(', '),
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
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`;
    case 'invalid_union': {
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

function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return show(value);
  const text = textOf(value);
  if (text !== undefined && text.length <= longest) return text;
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** Characters of a value that a message shows. */
const longest = 200;

function textOf(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // nested deeper than the stack
  }
}
