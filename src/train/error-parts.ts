import { SymlossError } from '../core/index.ts';

/** An error on its way between threads: as its parts, since a class is lost on the way. */
export type ErrorParts =
  | {
      readonly type: 'userError';
      readonly error: Pick<SymlossError, 'where' | 'expected' | 'received' | 'hint' | 'kind'>;
    }
  | { readonly type: 'fault'; readonly error: unknown };

export function takeApart(error: unknown): ErrorParts {
  if (!(error instanceof SymlossError)) return { type: 'fault', error };
  const { where, expected, received, hint, kind } = error;
  return { type: 'userError', error: { where, expected, received, hint, kind } };
}

export function putTogether(parts: ErrorParts): unknown {
  if (parts.type === 'fault') return parts.error;
  const { where, expected, received, hint, kind } = parts.error;
  return new SymlossError(where, expected, received, { hint, kind });
}
