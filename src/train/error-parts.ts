import { SymlossError } from '../core/index.ts';
import { Aborted, Divergence } from './endings.ts';

/** An error on its way between threads: as its parts, since a class is lost on the way. */
export type ErrorParts =
  | { readonly type: 'aborted' }
  | {
      readonly type: 'divergence' | 'userError';
      readonly error: Pick<SymlossError, 'where' | 'expected' | 'received' | 'hint' | 'kind'>;
    }
  | { readonly type: 'fault'; readonly error: unknown };

export function takeApart(error: unknown): ErrorParts {
  if (error instanceof Aborted) return { type: 'aborted' };
  if (!(error instanceof SymlossError)) return { type: 'fault', error };
  const { where, expected, received, hint, kind } = error;
  const type = error instanceof Divergence ? 'divergence' : 'userError';
  return { type, error: { where, expected, received, hint, kind } };
}

export function putTogether(parts: ErrorParts): unknown {
  if (parts.type === 'fault') return parts.error;
  if (parts.type === 'aborted') return new Aborted();
  const { where, expected, received, hint, kind } = parts.error;
  return parts.type === 'divergence'
    ? new Divergence(where, expected, received, { hint })
    : new SymlossError(where, expected, received, { hint, kind });
}
