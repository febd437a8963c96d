import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells a process from all others, of before and after too. */
export interface ProcessMark {
  readonly pid: number;
  readonly host: string;
  /** The boot and the name space in which it has its number; Linux only. */
  readonly space?: string | undefined;
  /** When it started, in ticks since that boot: a number goes to other processes afterwards; Linux only. */
  readonly start?: string | undefined;
}

/** Whether a process is there; `unknown` where it cannot be seen from here, as that of another machine or container. */
export type Life = 'alive' | 'ended' | 'unknown';

export function ownMark(): ProcessMark {
  const { pid } = process;
  return { pid, host: hostname(), space: ownSpace(), start: statusOf(pid)?.start };
}

/** Where numbers of processes mean the same, in 8 hexadecimal digits: this boot of this machine, and the container on it. */
export function placeOfNumbers(): string {
  const place = `${hostname()} ${ownSpace() ?? ''}`;
  return createHash('sha256').update(place).digest('hex').slice(0, 8);
}

/**
 * Whether the process with a mark is there. A machine's name is no proof of the place: containers and machines that were
 * cloned share names, and a container's numbers begin with 1 again.
 */
export function lifeOf({ pid, host, space, start }: ProcessMark): Life {
  if (space !== ownSpace() || (space === undefined && host !== hostname())) return 'unknown';
  if (!isRunning(pid)) return 'ended';
  const status = statusOf(pid);
  // not to be read: on other systems, or of another user who hides it
  if (status === undefined || start === undefined) return 'alive';
  return status.start === start && !status.isDead ? 'alive' : 'ended';
}

/** Whether there is a process of this number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // of another user
  }
}

function ownSpace(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined; // not Linux
  }
}

function statusOf(pid: number): { readonly start: string; readonly isDead: boolean } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name, in brackets, may hold anything; after it come fields 3, the state, to 22, the start
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = '', start] = [fields[0], fields[19]];
    return start === undefined ? undefined : { start, isDead: 'ZX'.includes(state) };
  } catch {
    return undefined;
  }
}
