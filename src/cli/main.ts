#!/usr/bin/env node
import { CommanderError } from 'commander';
import { SymlossError } from '../core/index.ts';
import { buildProgram } from './program.ts';

/** Wrong usage. */
const usageExit = 2;
const failureExit = 1;
/** 128 + SIGINT, as shells report it. */
const interruptExit = 130;

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
process.once('SIGTERM', () => interrupt.abort(new Error('interrupted')));

const program = buildProgram(
  { out: process.stdout, err: process.stderr, signal: interrupt.signal },
  (code) => {
    process.exitCode = code;
  },
);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  if (!(error instanceof CommanderError)) report(error);
}

function exitCodeOf(error: unknown): number {
  if (interrupt.signal.aborted) return interruptExit;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit;
  return error instanceof SymlossError && error.kind === 'usage' ? usageExit : failureExit;
}

/** One line, and the stack where it is asked for. */
function report(error: unknown): void {
  const isDebug = program.opts<{ debug?: boolean }>().debug === true;
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? `\n${error.stack}` : '';
  const cause = error instanceof Error && error.cause ? `\ncaused by: ${String(error.cause)}` : '';
  process.stderr.write(`symloss: ${message}${isDebug ? stack + cause : ''}\n`);
}
