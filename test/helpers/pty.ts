import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { program } from '../cli/run.ts';

const script = fileURLToPath(new URL('press_keys.py', import.meta.url));

/** Why there are no terminals to test on; '' where there are. */
export const withoutTerminal = (() => {
  const tried = spawnSync('python3', ['-c', 'import fcntl, pty, termios']);
  return tried.status === 0 ? '' : 'no python3 with the module pty';
})();

export interface Step {
  /** What must have been written since the step before. */
  readonly wait: string;
  readonly keys?: string;
  readonly signal?: number;
}

export interface TerminalResult {
  readonly output: string;
  /** The exit code, or minus the signal that ended it. */
  readonly code: number;
  /** Whether the terminal echoes and edits lines again. */
  readonly isRestored: boolean;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs it, with its arguments. */
  readonly before?: readonly string[];
}

/** Runs `symloss …` on a terminal and presses keys. */
export function onTerminal(
  args: readonly string[],
  steps: readonly Step[],
  options: TerminalOptions,
): TerminalResult {
  const { cwd, env = {}, before = [] } = options;
  const argv = [...before, process.execPath, program, ...args];
  const job = { argv, steps, cwd, env: { TERM: 'xterm', ...env }, columns: 80, rows: 24 };
  const { stdout, stderr } = spawnSync('python3', [script], {
    input: JSON.stringify(job),
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as TerminalResult;
}
