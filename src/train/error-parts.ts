import type { ErrorParts } from '../core/index.ts';
import { SymlossError } from '../core/index.ts';
import { Aborted, Divergence } from './endings.ts';

/** An error on its way between threads: as its parts, since a class is lost on the way. */
export type SentError =
  | { readonly type: 'aborted' }
  | { readonly type: 'divergence' | 'userError'; readonly parts: ErrorParts }
  | { readonly type: 'fault'; readonly error: unknown };

/** The error as plain data. */
export function packError(error: unknown): SentError {
  if (error instanceof Aborted) return { type: 'aborted' };
  if (!(error instanceof SymlossError)) return { type: 'fault', error };
  return { type: error instanceof Divergence ? 'divergence' : 'userError', parts: error.parts };
}

/** The error that `packError` was given. */
export function unpackError(sent: SentError): unknown {
  if (sent.type === 'fault') return sent.error;
  if (sent.type === 'aborted') return new Aborted();
  const { where, expected, received, hint, kind } = sent.parts;
  return sent.type === 'divergence'
    ? new Divergence(where, expected, received, { hint })
    : new SymlossError(where, expected, received, { hint, kind });
}
