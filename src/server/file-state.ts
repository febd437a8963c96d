import { stat } from 'node:fs/promises';

/** What tells that a file on the disk has changed: its size and when it was written; `none` where there is none. */
export async function stateOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? 'none' : `${found.size}-${found.mtimeMs}`;
}
