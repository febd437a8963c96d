import { rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, placeOfNumbers } from '../../../io/index.ts';

/** A folder of a process that cannot be seen from here is left alone for so long: it may be read for days. */
const unseenFor = 30 * 86_400_000; // milliseconds

const own = new Set<string>();

/**
 * Makes a folder for files that only this process needs. It is removed when the process ends; what processes left there
 * that were killed is removed now.
 * @param place the folder to make it in, which others may write to
 * @param name what its name starts with
 */
export async function temporaryFolder(place: string, name: string): Promise<string> {
  await removeLeftFolders(place, name);
  const folder = await mkdtemp(join(place, `${name}-m${placeOfNumbers()}.${process.pid}-`));
  if (own.size === 0) process.once('exit', removeOwn);
  own.add(folder);
  return folder;
}

/** Removes a folder of `temporaryFolder` before the process ends. */
export function removeTemporary(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

function removeOwn(): void {
  for (const folder of own) rmSync(folder, { recursive: true, force: true });
}

async function removeLeftFolders(place: string, start: string): Promise<void> {
  for (const name of await readdir(place).catch(() => [])) {
    const rest = name.startsWith(`${start}-`) ? name.slice(start.length + 1) : '';
    const [, of, pid] = /^m([0-9a-f]{8})\.(\d+)-[A-Za-z0-9]{6}$/.exec(rest) ?? [];
    if (pid === undefined || Number(pid) === process.pid) continue;
    const path = join(place, name);
    try {
      const { mtimeMs, uid } = await lstat(path);
      const isLeft =
        of === placeOfNumbers() ? !isRunning(Number(pid)) : Date.now() - mtimeMs > unseenFor;
      if (isLeft && uid === (process.getuid?.() ?? uid)) await rm(path, { recursive: true });
    } catch {} // another process removed it, or may
  }
}
