import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, utimesSync } from 'node:fs';
import { link, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SymlossError } from '../core/index.ts';
import type { Life, ProcessMark } from './processes.ts';
import { lifeOf, ownMark } from './processes.ts';
import { readIfThere } from './read.ts';
import { isMissing, reasonOf } from './reason.ts';
import { besideOf, isLeft, makeFolder, removeLeftovers } from './write.ts';

/** In a folder of results while a command makes runs for it. */
export const lockFile = 'lock.json';

/** A folder that this process has to itself. */
export interface FolderLock {
  /** @throws SymlossError (failure) where another command has it by now */
  check(): void;
  /** Lets others have it. */
  release(): void;
}

/** Times are in milliseconds; all but `wait` are what tests set otherwise. */
export interface LockOptions {
  /** How long to wait for a command that is at work there, for locks that are held for a moment. Default: 0. */
  readonly wait?: number;
  readonly mark?: ProcessMark;
  readonly life?: (mark: ProcessMark) => Life;
  /** A lock is renewed this often. */
  readonly renewEvery?: number;
  /** One of a process that cannot be seen from here may be left behind when it is this old, */
  readonly staleAfter?: number;
  /** and is when nobody renews it for so long: clocks differ between machines, and jump. */
  readonly watchFor?: number;
}

interface Lock extends ProcessMark {
  readonly started: string;
  /** Makes every lock another text. */
  readonly id: string;
}

/** Locks that this process has, by id, and how they are released. */
const held = new Map<string, () => void>();
let isListening = false;

function releaseAtExit(): void {
  if (isListening) return;
  isListening = true;
  process.on('exit', () => {
    for (const release of held.values()) release();
  });
}

/**
 * Locks a folder of results for this process, so that no second command makes the same runs for it. The lock ends when it
 * is released, or with the process. One that a crash left behind is taken over: at once if its process was of this
 * machine (and container), else after a minute without a sign of life. A process that can be seen to be there keeps its
 * lock, however long it was stopped.
 * @throws SymlossError (failure) while another command is at work there, where the name belongs to another file, or
 * if the folder cannot be written to
 */
export async function lockFolder(folder: string, options: LockOptions = {}): Promise<FolderLock> {
  const { mark = ownMark(), life = lifeOf, renewEvery = 5_000 } = options;
  const { staleAfter = 60_000, watchFor = 3 * renewEvery, wait = 0 } = options;
  await makeFolder(folder);
  const file = join(folder, lockFile);
  const id = randomBytes(8).toString('hex');
  const own: Lock = { ...mark, started: new Date().toISOString(), id };
  const text = `${JSON.stringify(own)}\n`;
  held.set(id, () => {});
  try {
    await take(file, text, { life, staleAfter, watchFor }, Date.now() + wait);
    await removeLeftovers(file, isLeft);
  } catch (cause) {
    held.delete(id);
    if (cause instanceof SymlossError) throw cause;
    throw new SymlossError(file, 'a file to write', reasonOf(cause), { kind: 'failure', cause });
  }
  return keep(file, text, id, renewEvery);
}

type Judge = Required<Pick<LockOptions, 'life' | 'staleAfter' | 'watchFor'>>;

/** Of several that take over a lock one does so within milliseconds. */
const patience = { tries: 250, pause: 20 };

/** @param until when to give up @throws SymlossError if another process may have the lock */
async function take(file: string, text: string, judge: Judge, until: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    if (await isNew(file, text)) return;
    const found = await readLock(file);
    if (found === undefined) continue; // released meanwhile
    if (await mayLive(file, found, judge)) {
      if (Date.now() >= until) throw inUse(file, found);
      await delay(patience.pause);
      continue;
    }
    // the right to replace it is a lock itself, so that only one does, and only this one
    const right = `${file}.takeover`;
    try {
      await take(right, text, judge, 0);
    } catch (error) {
      if (!(error instanceof SymlossError) || tries > patience.tries) throw error;
      await delay(patience.pause);
      continue;
    }
    try {
      const now = await readLock(file);
      if (now?.text === found.text && now.modified === found.modified) {
        const beside = besideOf(file);
        await writeFile(beside, text, { flag: 'wx' });
        await rename(beside, file);
        return;
      }
    } finally {
      await rm(right, { force: true });
    }
  }
}

/** Makes the file unless it is there. It is linked into place when it is whole: nobody reads half a lock. */
async function isNew(file: string, text: string): Promise<boolean> {
  const beside = besideOf(file);
  try {
    await writeFile(beside, text, { flag: 'wx' });
    await link(beside, file);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  } finally {
    await rm(beside, { force: true }).catch(() => {}); // it was not written
  }
}

interface Found {
  readonly text: string;
  readonly modified: number;
  /** Absent where a power cut left an empty file. */
  readonly lock: Lock | undefined;
}

/** @throws SymlossError for a file that is no lock */
async function readLock(file: string): Promise<Found | undefined> {
  try {
    const bytes = await readIfThere(file, { kind: 'failure' });
    if (bytes === undefined) return undefined;
    const text = bytes.toString('utf8');
    return { text, modified: (await stat(file)).mtimeMs, lock: parse(file, text) };
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

function parse(file: string, text: string): Lock | undefined {
  if (text === '') return undefined;
  try {
    const lock = JSON.parse(text) as Partial<Lock>;
    if (typeof lock.pid === 'number' && typeof lock.host === 'string') return lock as Lock;
  } catch {} // no JSON
  throw new SymlossError(file, 'a lock of symloss, or no such file', 'another file', {
    hint: 'choose another folder, or take it away',
    kind: 'failure',
  });
}

async function mayLive(file: string, found: Found, judge: Judge): Promise<boolean> {
  const { lock, modified } = found;
  const seen = lock === undefined ? 'unknown' : judge.life(lock);
  // a number of this process may be that of an earlier one, where starts cannot be told apart
  if (seen === 'alive')
    return lock?.pid !== process.pid || lock.start !== undefined || held.has(lock.id);
  if (seen === 'ended') return false;
  const age = Date.now() - Math.floor(modified); // times of files have fractions of a millisecond
  if (age >= 0 && age < judge.staleAfter) return true;
  await delay(judge.watchFor);
  const later = await readLock(file);
  return later !== undefined && later.modified !== modified;
}

function inUse(file: string, { lock }: Found): SymlossError {
  const process = lock === undefined ? 'one that is not known' : nameOf(lock);
  return new SymlossError(file, 'no other command at work in this folder', process, {
    hint: 'wait for it, or choose another folder; if it has ended, delete this file',
    kind: 'failure',
  });
}

const nameOf = ({ pid, host, started }: Lock): string =>
  `process ${pid} on ${host}, since ${started}`;

function keep(file: string, text: string, id: string, renewEvery: number): FolderLock {
  const found = (): string | undefined => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined; // somebody deleted it; the runs go on
    }
  };
  const renew = () => {
    if (found() !== text) return;
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {} // deleted just now
  };
  const timer = setInterval(renew, renewEvery).unref();
  const release = () => {
    if (!held.delete(id)) return; // somebody else may have it by now
    clearInterval(timer);
    try {
      if (found() === text) rmSync(file, { force: true });
    } catch {} // a lock of a process that has ended hinders nobody
  };
  held.set(id, release);
  releaseAtExit();
  const check = () => {
    const now = found();
    if (now === undefined || now === text) return;
    const lock = parse(file, now);
    const received = lock === undefined ? 'another one' : `that of ${nameOf(lock)}`;
    throw new SymlossError(file, 'the lock of this command', received, {
      hint: 'it was stopped for so long that another took it for ended; start it again when the other one is done',
      kind: 'failure',
    });
  };
  return { check, release };
}
