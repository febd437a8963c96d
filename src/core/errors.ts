/** What went wrong for the caller: wrong usage (exit code 2) or a failure while working (exit code 1). */
export type ErrorKind = 'usage' | 'failure';

export interface ErrorDetails {
  /** What to do about it, as one sentence without a full stop. */
  readonly hint?: string | undefined;
  /** Default: `usage`. */
  readonly kind?: ErrorKind | undefined;
  readonly cause?: unknown;
}

/**
 * The one error class for faults that a user can mend. Its message has the form
 * `where: expected X, received Y; hint`.
 */
export class SymlossError extends Error {
  override readonly name = 'SymlossError';
  readonly kind: ErrorKind;
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  readonly hint: string | undefined;

  constructor(where: string, expected: string, received: string, details: ErrorDetails = {}) {
    const hint = details.hint === undefined ? '' : `; ${details.hint}`;
    super(`${where}: expected ${expected}, received ${received}${hint}`, { cause: details.cause });
    this.kind = details.kind ?? 'usage';
    this.where = where;
    this.expected = expected;
    this.received = received;
    this.hint = details.hint;
  }
}

/** A fault of symloss itself: its message starts with `internal:`. */
export function internalError(message: string): Error {
  return new Error(`internal: ${message}`);
}

/** Throws an internal error unless the condition holds. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw internalError(message);
}
