import { SymlossError } from '../src/core/index.ts';

/** The message of the SymlossError that `act` throws; anything else fails the test. */
export function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SymlossError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}
