#!/usr/bin/env node
import { CommanderError } from 'commander';
import { SymlossError } from '../core/index.ts';
import { redactCredentials } from '../experiments/executors/queue/address.ts';
import { reasonOf } from '../io/index.ts';
import { buildProgram } from './program.ts';
import { writeLine } from './ui/lines.ts';
import { optionNames } from './ui/options.ts';

/** Wrong usage. */
const usageExit = 2;
const failureExit = 1;
/** 128 + SIGINT, as shells report it. */
const interruptExit = 130;

/** What commands that read data say where a shell puts the files of a pattern in its place. */
const manyFiles = /^error: too many arguments for '(train|audit|predict)'/;
const patternHint = 'several files are read as one by a pattern in quotes: "parts/*.csv"';

const interrupt = new AbortController();
const signals = ['SIGINT', 'SIGTERM'] as const;
for (const signal of signals) process.on(signal, stop);

/** Stops cleanly; a second signal, whichever, ends the process at once. */
function stop(): void {
  for (const signal of signals) process.off(signal, stop);
  interrupt.abort(new Error('interrupted'));
}

let outputFailed = false;
process.stderr.on('error', () => {}); // nowhere to say so
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code === 'EPIPE' || outputFailed) return; // a reader may leave early, as `head` does
  outputFailed = true;
  const error = new SymlossError('standard output', 'a place to write to', reasonOf(cause), {
    kind: 'failure',
    cause,
  });
  report(error);
  process.exitCode = failureExit;
  interrupt.abort(error);
});

const program = buildProgram(
  { out: process.stdout, err: process.stderr, signal: interrupt.signal },
  (code) => {
    if (!outputFailed) process.exitCode = code;
  },
);

const commandNames = new Set(program.commands.map((command) => command.name()));
program.hook('preAction', checkWorkingFolder);
try {
  await program.parseAsync();
} catch (error) {
  if (!outputFailed) {
    process.exitCode = exitCodeOf(error);
    if (!isHelp(error)) report(error);
  }
}

/** @throws SymlossError where the folder that the shell is in was deleted */
function checkWorkingFolder(): void {
  try {
    process.cwd();
  } catch (cause) {
    throw new SymlossError('working folder', 'a folder', 'one that was deleted', {
      hint: 'change to another folder',
      kind: 'failure',
      cause,
    });
  }
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
  const command = process.argv.slice(2).find((name) => commandNames.has(name));
  const help = `see symloss ${command ? '' : '--help, symloss '}${command ?? 'train'} --help`;
  const remedy =
    hint?.replace(/^\(Did(.*)\)$/, 'did$1') ?? (manyFiles.test(fault) ? patternHint : help);
  return `${fault.replace(/^error: |\.$/g, '')}; ${remedy}`;
}
