import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { applyCommand } from './commands/apply.ts';
import { auditCommand } from './commands/audit.ts';
import { benchCommand } from './commands/bench.ts';
import { checkCommand } from './commands/check.ts';
import { coreCommand } from './commands/core.ts';
import { corruptCommand } from './commands/corrupt.ts';
import { emitCommand } from './commands/emit.ts';
import { labCommand } from './commands/lab.ts';
import { lossesCommand } from './commands/losses.ts';
import { predictCommand } from './commands/predict.ts';
import { hideQueueUrl, queueCommand } from './commands/queue.ts';
import { reviewCommand } from './commands/review.ts';
import { sweepCommand } from './commands/sweep.ts';
import { trainCommand } from './commands/train.ts';
import { tuneCommand } from './commands/tune.ts';
import { workerCommand } from './commands/worker.ts';
import type { Streams } from './make-runs.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** The command line: parses and calls. Exit codes are `main`'s. */
export function buildProgram(streams: Streams, onExitCode: (code: number) => void): Command {
  const program = new Command('symloss')
    .description('Trains classifiers that survive wrong labels, and hands you ONNX models.')
    .version(version)
    .option('--debug', 'show the stack of an error')
    .exitOverride()
    .hook('preAction', hideQueueUrl)
    .configureOutput({
      writeOut: (text) => streams.out.write(text),
      writeErr: (text) => streams.err.write(text),
      outputError: () => {}, // `main` reports every error in one form
    });
  program.addCommand(trainCommand(streams, onExitCode));
  program.addCommand(predictCommand(streams));
  program.addCommand(auditCommand(streams));
  program.addCommand(reviewCommand(streams));
  program.addCommand(applyCommand(streams));
  program.addCommand(labCommand(streams, version));
  program.addCommand(coreCommand(streams));
  program.addCommand(benchCommand(streams, onExitCode));
  program.addCommand(sweepCommand(streams, onExitCode));
  program.addCommand(tuneCommand(streams));
  program.addCommand(corruptCommand(streams));
  program.addCommand(lossesCommand(streams));
  program.addCommand(checkCommand(streams));
  program.addCommand(emitCommand(streams));
  program.addCommand(workerCommand(streams));
  program.addCommand(queueCommand(streams));
  for (const command of program.commands) {
    command.copyInheritedSettings(program);
    for (const part of command.commands) part.copyInheritedSettings(program);
  }
  for (const command of [program, ...program.commands]) {
    if (command.commands.length === 0) continue;
    command.addHelpText('before', () => refuseUnknown(command));
  }
  return program;
}

/**
 * What stands above the help of a command with commands of its own: nothing. Of `symloss datasets --help` and `symloss help datasets` commander prints the general help: they are refused as `symloss datasets` is.
 * @throws CommanderError where help is asked for on a command that there is not
 */
function refuseUnknown(command: Command): '' {
  const [first, second] = command.args;
  const name = first === 'help' ? second : first;
  const isKnown = command.commands.some((each) => each.name() === name);
  if (name !== undefined && !name.startsWith('-') && !isKnown) {
    command.parse([name], { from: 'user' });
  }
  return '';
}
