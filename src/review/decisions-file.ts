import type { FileHandle } from 'node:fs/promises';
import { SymlossError } from '../core/index.ts';
import { checkNoLink, openToAppend, readIfThere, reasonOf } from '../io/index.ts';
import { parsed } from '../run/faults.ts';
import type { Decision } from './decisions.ts';
import { decisionSchema } from './decisions.ts';

/*
 * Several processes may add to the file at once, without a lock: each line is added by one write at the end of the file. So
 * nothing is ever cut off, as a cut might take what another process has just written. A line that a crash left without its
 * end is marked as void instead: the character CAN ("the data before it are in error") and the end of the line follow it.
 */
const voidMark = '\x18';
const newline = 0x0a;
const hint = 'mend the line, or take the file away';

/** Decisions in a file. */
export interface DecisionLog {
  /** In the order of the file. */
  readonly decisions: readonly Decision[];
  /** What reading the file had to do, one plain line each. */
  readonly notices: readonly string[];
}

/**
 * Reads decisions; none where there is no file. A last line that was cut short, as by a crash, is left out with a notice.
 * @throws SymlossError naming file and line where another line is no decision
 */
export async function readDecisions(path: string): Promise<DecisionLog> {
  const bytes = await readIfThere(path, { expected: 'decisions of a review' });
  if (bytes === undefined) return { decisions: [], notices: [] };
  const lines = bytes.toString('utf8').split('\n');
  const last = lines.pop() ?? '';
  const decisions = lines.flatMap((line, i) =>
    line === '' || line.endsWith(voidMark) ? [] : [decisionOf(line, `${path}, line ${i + 1}`)],
  );
  if (last === '') return { decisions, notices: [] };
  // whole but for the end of the line, as an editor may leave it
  if (isWhole(last)) {
    return {
      decisions: [...decisions, decisionOf(last, `${path}, line ${lines.length + 1}`)],
      notices: [],
    };
  }
  checkCut(last, `${path}, line ${lines.length + 1}`);
  const notice = `${path}: the last line was cut short, as by a crash, and is left out`;
  return { decisions, notices: [notice] };
}

/**
 * Adds a decision as a line and waits until the disk has it. Other processes may add theirs at the same time.
 * @throws SymlossError (failure) if that fails, or for a symbolic link
 */
export function appendDecision(path: string, decision: Decision): Promise<void> {
  return appendDecisions(path, [decision]);
}

/** As `appendDecision`, of several in one write: a crash leaves all, or the first ones. */
export async function appendDecisions(path: string, decisions: readonly Decision[]): Promise<void> {
  if (decisions.length === 0) return;
  const lines = decisions.map(lineOf).join('');
  await checkNoLink(path, 'a file to add a decision to');
  let handle: FileHandle | undefined;
  try {
    handle = await openToAppend(path);
    const bytes = Buffer.from(`${await endOfLast(handle)}${lines}`);
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten < bytes.length) throw new Error('the disk took a part of it only');
    await handle.sync();
  } catch (cause) {
    const expected = 'a file to add a decision to';
    throw new SymlossError(path, expected, reasonOf(cause), { kind: 'failure', cause });
  } finally {
    await handle?.close();
  }
}

/** Longer than a line ever is, in bytes. */
const tailBytes = 1 << 20;

/** What ends a last line that has no end: nothing where it has one. */
async function endOfLast(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat();
  const length = Math.min(size, tailBytes);
  const tail = Buffer.alloc(length);
  await handle.read(tail, 0, length, size - length);
  const rest = tail.subarray(tail.lastIndexOf(newline) + 1).toString('utf8');
  if (rest === '') return '';
  return isWhole(rest) ? '\n' : `${voidMark}\n`;
}

function isWhole(line: string): boolean {
  try {
    return decisionSchema.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  }
}

/** How every line that we write begins. */
const lineStart = '{"row":';

const lineOf = ({ row, ...rest }: Decision): string => `${JSON.stringify({ row, ...rest })}\n`;

/** @throws SymlossError unless it may be the beginning of a decision, or what a power cut left of one */
function checkCut(text: string, where: string): void {
  const start = text.slice(0, lineStart.length);
  if (lineStart.startsWith(start) || /^\0+$/.test(text)) return;
  throw new SymlossError(where, 'a decision', 'text of another kind', { hint });
}

function decisionOf(line: string, where: string): Decision {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new SymlossError(where, 'a decision', 'no JSON', { hint, cause });
  }
  return parsed(decisionSchema, value, where);
}
