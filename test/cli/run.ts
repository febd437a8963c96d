import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export interface Result {
  /** Exit code, or `null` where a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as users get it: compiled, since its threads are started from JavaScript files. */
export const program = fileURLToPath(new URL('../../dist/node/main.js', import.meta.url));

/** A command that must be over within this, or it is killed. */
const timeLimit = 60_000; // milliseconds; a busy machine takes long to start a process

export interface Started {
  readonly child: ChildProcess;
  /** Ends when something was written to standard output. */
  readonly output: Promise<unknown>;
  readonly result: Promise<Result>;
}

/** Starts `symloss …` in a folder. */
export function start(args: readonly string[], cwd: string): Started {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeLimit,
    killSignal: 'SIGKILL',
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  }
  const output = once(child.stdout, 'data');
  const result = once(child, 'close').then(() => ({ code: child.exitCode, ...written }));
  return { child, output, result };
}

/** Runs `symloss …` in a folder to its end. */
export function symloss(args: readonly string[], cwd: string): Promise<Result> {
  return start(args, cwd).result;
}

/** Makes empty folders of this name for the tests of a file, which are removed after them. */
export function folders(name: string): () => string {
  const made: string[] = [];
  afterAll(() => {
    for (const folder of made) rmSync(folder, { recursive: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), `symloss-${name}-`));
    made.push(folder);
    return folder;
  };
}

/** Writes lines as a file. */
export function writeLines(folder: string, name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
}

export function readJson<T>(...path: readonly string[]): T {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as T;
}

/** A fixed number in [0, 1) for each i. */
export function scatter(i: number): number {
  return (i * 0.618_033_988_749_895) % 1;
}

/**
 * n rows `x,y,kind` around three centres, a, b and c in turn. `label` may name the classes
 * otherwise.
 */
export function blobs(
  n: number,
  label: (kind: 'a' | 'b' | 'c', i: number) => string = (kind) => kind,
): string[] {
  return Array.from({ length: n }, (_, i) => {
    const c = (i % 3) as 0 | 1 | 2;
    const x = 2 * c + scatter(i);
    const y = (c === 1 ? 3 : 0) + scatter(7 * i + 3);
    return `${x.toFixed(3)},${y.toFixed(3)},${label((['a', 'b', 'c'] as const)[c], i)}`;
  });
}

/** What a test needs to be quick. */
export const quick = ['--model', 'linear', '--epochs', '2', '--loss', 'sgce:q=0.7'];

/** The cells of the printed table, below its heading, by the first one (columns are two blanks apart). */
export function tableOf(stdout: string): Map<string, string[]> {
  const [, table = ''] = stdout.split('\n\n');
  return new Map(
    table.split('\n').map((line) => {
      const [first = '', ...rest] = line.split(/ {2,}/);
      return [first, rest] as const;
    }),
  );
}
