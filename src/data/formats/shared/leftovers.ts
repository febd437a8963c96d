import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { besideOf, isRunning, placeOfNumbers } from '../../../io/index.ts';

/** A file that is not written to for so long has no writer, of whatever machine it may be. */
const idleAfter = { unseen: 60_000, seen: 86_400_000 }; // milliseconds

/** What a process that writes to a cache called its file: key, machine, process. */
const name = /-[0-9a-f]{20}\.(?:bytes|json)(?:\.m([0-9a-f]{8}))?\.(\d+)-[0-9a-f]{12}\.part$/;

/** Files that this thread writes. */
const open = new Set<string>();

/** A new name for a file that will take the place of `path` in a cache, until it is closed. */
export function partOf(path: string): string {
  const part = besideOf(`${path}.m${placeOfNumbers()}`);
  open.add(part);
  return part;
}

/** Says that a file of `partOf` is written, or gone. */
export function closePart(part: string): void {
  open.delete(part);
}

/**
 * Removes from a folder of caches what processes left there that were killed while they wrote: at once if it
 * can be seen that the process has ended, else when nobody has written for a minute, or for a day where a process
 * of that number is at work.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const file of await readdir(folder).catch(() => [])) {
    const [, of, pid] = name.exec(file) ?? [];
    const path = join(folder, file);
    if (pid === undefined || open.has(path)) continue;
    const isOther = Number(pid) !== process.pid;
    const isSeen = isOther && isRunning(Number(pid));
    try {
      const age = Date.now() - (await lstat(path)).mtimeMs;
      const hasEnded = of === placeOfNumbers() && isOther && !isSeen;
      if (hasEnded || age > (isSeen ? idleAfter.seen : idleAfter.unseen)) await rm(path);
    } catch {} // another process removed it, or may
  }
}
