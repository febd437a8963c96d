import { Command, Option } from 'commander';
import type { EmitTarget } from '../../losses/index.ts';
import { emitLoss, emitTargets } from '../../losses/index.ts';

export interface EmitCommandOptions {
  readonly to: EmitTarget;
  readonly test: boolean;
  readonly name?: string | undefined;
}

/** Prints the source of a loss for another framework. */
export function runEmit(
  loss: string,
  { to, test, name }: EmitCommandOptions,
  { out }: { readonly out: { write(text: string): unknown } },
): void {
  out.write(emitLoss(loss, to, { test, name }));
}

/** `symloss emit`: a loss as a function for another framework. */
export function emitCommand(streams: { readonly out: { write(text: string): unknown } }): Command {
  return new Command('emit')
    .description(
      'Print a loss as a function for another framework, which needs nothing of symloss.',
    )
    .argument('<loss>', 'loss, such as jal, sgce:q=0.4 or symmetrize(gce:q=0.7)')
    .addOption(
      new Option('--to <framework>', 'what it is for').choices(emitTargets).makeOptionMandatory(),
    )
    .option('--name <name>', 'what the function is called; made of the loss if left out')
    .option('--test', 'add a test with values that symloss computes', false)
    .action((loss: string, options: EmitCommandOptions) => runEmit(loss, options, streams));
}
