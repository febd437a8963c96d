#!/usr/bin/env node
import { CommanderError } from 'commander';
import { SymlossError } from '../core/index.ts';
import { redactCredentials } from '../experiments/executors/queue/address.ts';
import { buildProgram } from './program.ts';
import { writeLine } from './ui/lines.ts';
import { optionNames } from './ui/options.ts';

/** Wrong usage. */
const usageExit = 2;
const failureExit = 1;
/** 128 + SIGINT, as shells report it. */
const interruptExit = 130;

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
process.once('SIGTERM', () => interrupt.abort(new Error('interrupted')));

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error; // a reader may leave early, as `head` does
  });
}

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
  if (!isHelp(error)) report(error);
}

function exitCodeOf(error: unknown): number {
  if (interrupt.signal.aborted) return interruptExit;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit;
  return error instanceof SymlossError && error.kind === 'usage' ? usageExit : failureExit;
}

/** Whether help or the version was printed instead of working. */
function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && /help|version/.test(error.code);
}

/** One line, and the stack where it is asked for. */
function report(error: unknown): void {
  const isDebug = program.opts<{ debug?: boolean }>().debug === true;
  const message = messageOf(error);
  const lines = [`symloss: ${message}`];
  if (isDebug && error instanceof Error) {
    lines.push(...(error.stack ?? '').split('\n'));
    if (error.cause) lines.push(`caused by: ${String(error.cause)}`);
  }
  // an argument in a wrong place may be a URL
  for (const line of lines) writeLine(process.stderr, redactCredentials(line));
}

function messageOf(error: unknown): string {
  if (!(error instanceof CommanderError)) {
    if (!(error instanceof SymlossError)) {
      return error instanceof Error ? error.message : String(error);
    }
    const isOption = error.field !== undefined && optionNames(error.field).startsWith('--');
    return `${isOption ? 'option ' : ''}${error.describe(optionNames)}`;
  }
  // error: unknown option '--epoch'
  // (Did you mean --epochs?)
  const [fault = '', hint] = error.message.split('\n');
  const remedy =
    hint?.replace(/^\(Did(.*)\)$/, 'did$1') ?? 'see symloss --help, symloss train --help';
  return `${fault.replace(/^error: |\.$/g, '')}; ${remedy}`;
}
