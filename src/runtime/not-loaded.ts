import { SymlossError } from '../core/index.ts';

/** @param reason in the words of the engine, in one line */
export function notLoaded(engine: string, reason: string, cause: unknown): SymlossError {
  return new SymlossError(engine, 'a model it can load', `"${reason}"`, { kind: 'failure', cause });
}
