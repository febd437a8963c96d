import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { SymlossError } from '../core/index.ts';
import type { Fault, Verdict } from './api/types.ts';

/** What a request is answered with where it is refused. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly decided: Verdict | undefined;

  constructor(status: ContentfulStatusCode, message: string, decided?: Verdict) {
    super(message);
    this.status = status;
    this.decided = decided;
  }
}

/** The answer to a request that failed: what a user can mend as it is, our own faults without their stack. */
export function answerFault(error: unknown, c: Context): Response {
  if (error instanceof Refusal) {
    const { status, message, decided } = error;
    return c.json({ error: { message, ...(decided && { decided }) } } satisfies Fault, status);
  }
  if (error instanceof SymlossError) {
    const status = error.kind === 'usage' ? 400 : 500;
    const { message, parts } = error;
    return c.json({ error: { message, parts } } satisfies Fault, status);
  }
  const message = error instanceof Error ? error.message : String(error);
  return c.json({ error: { message: `internal: ${message}` } } satisfies Fault, 500);
}
