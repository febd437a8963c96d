import { randomUUID } from 'node:crypto';
import { rmSync, utimesSync } from 'node:fs';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import { makeFolder } from '../model/index.ts';
import { reasonOf } from './reason.ts';

/** In a folder of results while a command makes runs for it. */
export const claimFile = 'at-work.json';

/** A claim is renewed this often, and on another machine counts as left behind when it is this old. */
const renewEvery = 10_000; // milliseconds
const staleAfter = 60_000; // milliseconds

interface Claim {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

/**
 * Claims a folder of results for this process, so that no second command makes the same runs for it.
 * The claim ends when it is released, or with the process. One that a crash left behind is taken over: at once if its
 * process was of this machine, else after a minute without a sign of life.
 * @returns what releases it
 * @throws SymlossError (failure) while another command is at work there, or if the folder cannot be written to
 */
export async function claimFolder(folder: string): Promise<() => void> {
  await makeFolder(folder);
  const file = join(folder, claimFile);
  // linked into place when it is whole: nobody reads half a claim
  const beside = besideOf(file);
  const own: Claim = { pid: process.pid, host: hostname(), started: new Date().toISOString() };
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

/** @throws SymlossError if the process that made the claim may be at work */
async function removeIfLeft(file: string): Promise<void> {
  const claim = await readClaim(file);
  if (claim === undefined) return; // released meanwhile
  if (claim.isAlive) {
    throw new SymlossError(
      file,
      'no other command at work in this folder',
      `process ${claim.pid} on ${claim.host}, since ${claim.started}`,
      {
        hint: 'wait for it, or choose another folder with --out; if it has ended, delete this file',
        kind: 'failure',
      },
    );
  }
  // moved, not removed: of two that see it one moves it, and the other finds it gone, or finds that what it moved is
  // the claim of the first, and puts it back
  const aside = besideOf(file);
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== claim.text) await isLinked(aside, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  } finally {
    await rm(aside, { force: true });
  }
}

function besideOf(file: string): string {
  return `${file}.${process.pid}-${randomUUID()}.part`;
}

interface Found extends Claim {
  readonly text: string;
  readonly isAlive: boolean;
}

async function readClaim(file: string): Promise<Found | undefined> {
  let text: string;
  let age: number;
  try {
    text = await readFile(file, 'utf8');
    age = Date.now() - (await stat(file)).mtimeMs;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
  const claim = parse(text);
  const isAlive = claim.host === hostname() ? isRunning(claim.pid) : age < staleAfter;
  return { ...claim, text, isAlive };
}

/** A file that is no claim is somebody else's, and is left alone for a minute. */
function parse(text: string): Claim {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Claim>;
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
  const release = () => {
    clearInterval(timer);
    process.off('exit', release);
    try {
      rmSync(file, { force: true });
    } catch {} // a claim of a process that has ended hinders nobody
  };
  process.on('exit', release);
  return release;
}
