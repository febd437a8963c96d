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

/** The message of the SymlossError that a promise rejects with; anything else fails the test. */
export async function rejection(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SymlossError) return error.message;
    throw error;
  }
  throw new Error('it was fulfilled');
}
