import type { z } from 'zod';
import { SymlossError } from '../core/index.ts';

type Issue = z.core.$ZodIssue;
type Key = PropertyKey;

/** What a value must be, and where in the whole it stands. */
export interface Fault {
  readonly path: readonly Key[];
  readonly expected: string;
  readonly received: string;
}

/** The first fault that a schema finds, in words. */
export function firstFault(error: z.core.$ZodError, whole: unknown): Fault {
  const issue = settle(error.issues[0] as Issue, whole);
  const value = at(whole, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return {
      path: issue.path,
      expected: 'settings that are known',
      received: issue.keys.join(', '),
    };
  }
  return { path: issue.path, expected: expectation(issue), received: showValue(value) };
}

/**
 * A value that a schema accepts.
 * @param where what it is of: a file
 * @throws SymlossError naming the place, such as `grid.yaml, losses[1].training.epochs`
 */
export function parsed<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, expected, received } = firstFault(result.error, value);
  const place = formatPath(path);
  throw new SymlossError(place === '' ? where : `${where}, ${place}`, expected, received);
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
    ([first]) => first !== undefined && !(first.code === 'invalid_type' && first.path.length === 0),
  );
  const [inner] = branch ?? [];
  if (inner === undefined) return issue;
  return settle({ ...inner, path: [...issue.path, ...inner.path] } as Issue, whole);
}

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
        first?.code === 'invalid_type' ? [kinds[first.expected] ?? first.expected] : [],
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
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
