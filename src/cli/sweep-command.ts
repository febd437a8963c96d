import { Command } from 'commander';
import type { Grid } from '../experiments/grid-schema.ts';
import { sweepGrid, sweepValues } from '../experiments/sweep.ts';
import { list, number, seeds } from './arguments.ts';
import type { MadeGridOptions, RunnerOptions } from './grid-options.ts';
import { addGridOptions, dataOf, runnerOf, trainingOf } from './grid-options.ts';

/** Makes the runs of a grid as `symloss bench` does. @returns whether none failed */
export type RunGrid = (
  grid: Grid,
  options: RunnerOptions & { readonly dryRun?: boolean },
) => Promise<boolean>;

interface SweepCommandOptions extends MadeGridOptions {
  readonly parameter: string;
  readonly values?: readonly string[];
  readonly seeds: number | number[];
  readonly dryRun?: boolean;
}

/** Losses that show what a parameter does, where none are named. */
const exemplary: Readonly<Record<string, readonly string[]>> = {
  q: ['gce', 'sgce'],
  alpha: ['alpha-mae'],
};
const otherwise = ['ce', 'sgce:q=0.7'];

/** `symloss sweep`: how much one parameter matters over noise rates. */
export function sweepCommand(runGrid: RunGrid, onExitCode: (code: number) => void): Command {
  const known = Object.keys(sweepValues).join(', ');
  const command = new Command('sweep')
    .description(
      'Sensitivity to one parameter: train losses with each of its values, over noise rates and seeds, all else the same; tables and records are those of bench.',
    )
    .argument('[data]', 'file, folder or name of the data', 'digits')
    .requiredOption('--parameter <name>', `a parameter of the losses, or a setting: ${known}, …`)
    .option('--values <values>', 'its values, such as 0.1,0.4,0.7; default: by the parameter', list)
    .option('--seeds <seeds>', 'how many seeds, or which (1,4,7)', seeds, 3)
    .option('--dry-run', 'list the runs, and train nothing', false);
  return addGridOptions(command)
    .option('--out <folder>', 'default: symloss-bench/sweep-<parameter>')
    .addHelpText('after', help)
    .action(async (source: string, options: SweepCommandOptions) => {
      const grid = gridOf(source, options);
      const dryRun = options.dryRun === true;
      if (!(await runGrid(grid, { ...runnerOf(options), dryRun }))) onExitCode(1);
    });
}

function gridOf(source: string, options: SweepCommandOptions): Grid {
  const { parameter, values, model, noises, seeds: which } = options;
  return sweepGrid({
    data: dataOf(source, options),
    model,
    losses: options.losses ?? exemplary[parameter] ?? otherwise,
    noises,
    parameter,
    values: values?.map((value) => (parameter === 'scores' ? value : numberOrText(value))),
    seeds: which,
    training: trainingOf(options),
  });
}

/** A parameter may be a word, such as the form of alpha-mae. */
function numberOrText(text: string): number | string {
  return /^[a-z]/i.test(text) ? text : number(text);
}

const help = `
  symloss sweep --parameter q --losses gce,sgce --noises symmetric:0.2,symmetric:0.6
  symloss sweep --parameter weightDecay --losses ce,sgce:q=0.7 --seeds 5
  symloss sweep --parameter scoreScale --scores l2 --losses sgce:q=0.7,unhinged

--parameter scores compares the normalisations of the scores, scoreScale what they are multiplied by.`;
