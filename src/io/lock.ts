import { rmSync, utimesSync } from 'node:fs';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import { reasonOf } from './reason.ts';
import { besideOf, makeFolder } from './write.ts';

/** In a folder of results while a command makes runs for it. */
export const lockFile = 'lock.json';

/** A lock is renewed this often, and on another machine counts as left behind when it is this old. */
const renewEvery = 10_000; // milliseconds
const staleAfter = 60_000; // milliseconds

interface Lock {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

/**
 * Locks a folder of results for this process, so that no second command makes the same runs for it.
 * The lock ends when it is released, or with the process. One that a crash left behind is taken over: at once if its
 * process was of this machine, else after a minute without a sign of life.
 * @returns what releases it
 * @throws SymlossError (failure) while another command is at work there, or if the folder cannot be written to
 */
export async function lockFolder(folder: string): Promise<() => void> {
  await makeFolder(folder);
  const file = join(folder, lockFile);
  // linked into place when it is whole: nobody reads half a lock
  const beside = besideOf(file);
  const own: Lock = { pid: process.pid, host: hostname(), started: new Date().toISOString() };
  try {
    await writeFile(beside, `${JSON.stringify(own)}\n`);
    while (!(await isLinked(beside, file))) await removeIfLeft(file);
  } catch (cause) {
    if (cause instanceof SymlossError) throw cause;
    throw new SymlossError(file, 'a file to write', reasonOf(cause), { kind: 'failure', cause });
  } finally {
    await rm(beside, { force: true }).catch(() => {}); // it was not written
  }
  return keep(file);
}

async function isLinked(beside: string, file: string): Promise<boolean> {
  try {
    await link(beside, file);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

/** @throws SymlossError if the process that made the lock may be at work */
async function removeIfLeft(file: string): Promise<void> {
  const lock = await readLock(file);
  if (lock === undefined) return; // released meanwhile
  if (lock.isAlive) {
    throw new SymlossError(
      file,
      'no other command at work in this folder',
      `process ${lock.pid} on ${lock.host}, since ${lock.started}`,
      {
        hint: 'wait for it, or choose another folder; if it has ended, delete this file',
        kind: 'failure',
      },
    );
  }
  // moved, not removed: of two that see it one moves it, and the other finds it gone, or finds that what it moved is
  // the lock of the first, and puts it back
  const aside = besideOf(file);
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== lock.text) await isLinked(aside, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  } finally {
    await rm(aside, { force: true });
  }
}

interface Found extends Lock {
  readonly text: string;
  readonly isAlive: boolean;
}

async function readLock(file: string): Promise<Found | undefined> {
  let text: string;
  let age: number;
  try {
    text = await readFile(file, 'utf8');
    age = Date.now() - (await stat(file)).mtimeMs;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
  const lock = parse(text);
  const isAlive = lock.host === hostname() ? isRunning(lock.pid) : age < staleAfter;
  return { ...lock, text, isAlive };
}

/** A file that is no lock is somebody else's, and is left alone for a minute. */
function parse(text: string): Lock {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Lock>;
    if (typeof pid === 'number' && typeof host === 'string' && typeof started === 'string') {
      return { pid, host, started };
    }
  } catch {} // no JSON
  return { pid: 0, host: 'an unknown machine', started: 'an unknown time' };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // of another user
  }
}

function keep(file: string): () => void {
  const renew = () => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {} // somebody deleted it; the runs go on
  };
  const timer = setInterval(renew, renewEvery).unref();
  let isHeld = true;
  const release = () => {
    if (!isHeld) return; // somebody else may have it by now
    isHeld = false;
    clearInterval(timer);
    process.off('exit', release);
    try {
      rmSync(file, { force: true });
    } catch {} // a lock of a process that has ended hinders nobody
  };
  process.on('exit', release);
  return release;
}
