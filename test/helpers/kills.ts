import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Runs a program again and again and has it kill itself at another call that changes files each time: before it, after it, and
 * with half of what it writes. A sample of these points, or as many as SYMLOSS_KILL_POINTS says (a number, or `all`).
 */

const preload = new URL('./kill-at.mjs', import.meta.url).href;
const wanted = process.env['SYMLOSS_KILL_POINTS'];

export interface Program {
  /** What Node runs. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** Where the calls are counted. Default: in the main thread. */
  readonly where?: 'main' | 'worker';
}

/** @returns exit code or signal, and what it said */
async function run({ args, cwd, where = 'main' }: Program, env: Record<string, string>) {
  const child = spawn(process.execPath, args, {
    cwd,
    // threads and processes that it starts take no options but these
    env: { ...process.env, NODE_OPTIONS: `--import ${preload}`, KILL_IN: where, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 300_000, // a machine may be busy
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { end: code ?? signal, stderr };
}

/** The points at which a program that is left undisturbed may be killed. */
export async function killPoints(program: Program, sample: number): Promise<string[]> {
  const log = join(program.cwd, 'calls.log');
  rmSync(log, { force: true });
  const { end, stderr } = await run(program, { KILL_LOG: log });
  if (end !== 0) throw new Error(stderr);
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  // every thread counts from 0: the first one is killed
  const isFirst = (line: string, i: number) => Number.parseInt(line, 10) === i;
  const calls = lines.filter(isFirst);
  rmSync(log, { force: true });
  // after a call is before the next one
  const points = calls.flatMap((line) => {
    const [number = '', name = ''] = line.split(' ');
    return /^(write|appendFile)$/.test(name) ? [number, `${number}/`] : [number];
  });
  const all = [...points, `${calls.length - 1}+`];
  const count = Math.min(all.length, wanted === 'all' ? all.length : Number(wanted ?? sample));
  // spread over the calls
  return Array.from(
    { length: count },
    (_, i) => all[Math.floor(((i + 0.5) * all.length) / count)] as string,
  );
}

/** Runs a program that kills itself at a point; what is left may have taken it elsewhere, to its end. */
export async function runKilled(program: Program, point: string): Promise<string | number | null> {
  return (await run(program, { KILL_AT: point })).end;
}

/** Runs a program that is left undisturbed. */
export function runWhole(program: Program): Promise<{ end: unknown; stderr: string }> {
  return run(program, {});
}

/** Files that were being written, anywhere below a folder. */
export function partsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.part'),
  );
}
