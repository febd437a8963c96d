import { oneLine } from './one-line.ts';

/** What went wrong for the caller: wrong usage (exit code 2) or a failure while working (exit code 1). */
export type ErrorKind = 'usage' | 'failure';

export interface ErrorDetails {
  /** What to do about it, as one sentence without a full stop. */
  readonly hint?: string | undefined;
  /** Default: `usage`. */
  readonly kind?: ErrorKind | undefined;
  readonly cause?: unknown;
}

/*
 * A message may name a field of a run, such as `missing`. A caller of the library knows it by that
 * name, a user of the command line as `--missing`. So texts of errors hold references between two
 * characters that no text of a user has (private use of Unicode), and whoever shows the error says
 * how a field is called there.
 */
const [open, close, separator] = ['\uE000', '\uE001', '\uE002'];
const reference = new RegExp(
  `${open}([^${close}${separator}]*)(?:${separator}([^${close}]*))?${close}`,
  'g',
);

/**
 * How a field, and a value that it may be given, is called: `missing: drop`, `--missing drop`; `undefined` where nobody can set it.
 */
export type FieldNames = (field: string, value?: string) => string | undefined;

/**
 * A reference to a field of a run, for the texts of a `SymlossError`.
 * @param path name of the field, for one of a list or part with its path: `losses[1].training.epochs`
 * @param value to set it to, where the text advises one
 */
export function field(path: string, value?: string): string {
  return `${open}${path}${value === undefined ? '' : `${separator}${value}`}${close}`;
}

/** In a hint, ways to mend something, one of which will do. */
const [openWays, closeWays, nextWay] = ['\uE003', '\uE004', '\uE005'];
const someWays = new RegExp(`${openWays}([^${closeWays}]*)${closeWays}`, 'g');

/**
 * Ways to mend something, for a hint: `a, b, or c`. Where fields are called otherwise, those that refer to a field that cannot be
 * set there are left out.
 */
export function either(...ways: readonly string[]): string {
  return `${openWays}${ways.join(nextWay)}${closeWays}`;
}

/** A text with its references as `names` calls them, or by their plain names. */
export function nameFields(text: string, names: FieldNames): string {
  return text.replace(
    reference,
    (_, path: string, value?: string) => names(path, value) ?? plainNames(path, value),
  );
}

/** A hint with its references as `names` calls them; `undefined` where it advises nothing that can be done there. */
function nameHint(hint: string, names: FieldNames): string | undefined {
  const canBeDone = (text: string) =>
    [...text.matchAll(reference)].every(([, path = '', value]) => names(path, value) !== undefined);
  let isEmpty = false;
  const chosen = hint.replace(someWays, (_, list: string) => {
    const ways = list.split(nextWay as string).filter(canBeDone);
    if (ways.length === 0) isEmpty = true;
    const last = ways.pop() ?? '';
    return ways.length === 0 ? last : `${ways.join(', ')}, or ${last}`;
  });
  return isEmpty || !canBeDone(chosen) ? undefined : nameFields(chosen, names);
}

/** Of a part of a message, in characters: an input may bring texts of any length into it. */
const longest = 1000;

const plainNames = (path: string, value?: string) =>
  value === undefined ? path : `${path}: ${value}`;

/**
 * The one error class for faults that a user can mend. Its message has the form
 * `where: expected X, received Y; hint`, one line without control characters. Any of the texts may refer to fields
 * with `field()`; the properties and the message have their plain names, `describe` names them otherwise.
 */
export class SymlossError extends Error {
  override readonly name = 'SymlossError';
  readonly kind: ErrorKind;
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  readonly hint: string | undefined;
  /** The field that is at fault, where it is one: `missing`, `losses[1].training.epochs`. */
  readonly field: string | undefined;
  /** The texts with their references: what the error can be made of again in another thread. */
  readonly parts: ErrorParts;

  constructor(where: string, expected: string, received: string, details: ErrorDetails = {}) {
    const { kind = 'usage', hint, cause } = details;
    const parts: ErrorParts = {
      where: oneLine(where, longest),
      expected: oneLine(expected, longest),
      received: oneLine(received, longest),
      hint: hint === undefined ? undefined : oneLine(hint, longest),
      kind,
    };
    super(describe(parts, plainNames), { cause });
    const plain = (text: string) => nameFields(text, plainNames);
    this.kind = kind;
    this.where = plain(parts.where);
    this.expected = plain(parts.expected);
    this.received = plain(parts.received);
    this.hint = parts.hint === undefined ? undefined : nameHint(parts.hint, plainNames);
    this.field = new RegExp(`^${reference.source}$`).exec(parts.where)?.[1];
    this.parts = parts;
  }

  /** The message, with fields called as `names` says. */
  describe(names: FieldNames): string {
    return describe(this.parts, names);
  }
}

/** The texts of a `SymlossError`, plain data. */
export interface ErrorParts {
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  readonly hint: string | undefined;
  readonly kind: ErrorKind;
}

function describe({ where, expected, received, hint }: ErrorParts, names: FieldNames): string {
  const advice = hint === undefined ? undefined : nameHint(hint, names);
  const end = advice === undefined ? '' : `; ${advice}`;
  return `${nameFields(`${where}: expected ${expected}, received ${received}`, names)}${end}`;
}

/** A fault of symloss itself: its message starts with `internal:`. */
export function internalError(message: string): Error {
  return new Error(`internal: ${message}`);
}

/** Throws an internal error unless the condition holds. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw internalError(message);
}
