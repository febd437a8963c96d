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

/** The message of the SymlossError that `work` ends in. */
export async function faultOf(work: Promise<unknown>): Promise<string> {
  const result = await work.then(
    () => () => undefined,
    (error: unknown) => () => {
      throw error;
    },
  );
  return messageOf(result);
}
