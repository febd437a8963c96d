import { Command } from 'commander';
import type { Grid } from '../../experiments/index.ts';
import { sweepGrid, sweepValues } from '../../experiments/search/sweep.ts';
import type { MadeGridOptions } from '../made-grid.ts';
import { addMadeGrid, madeGrid } from '../made-grid.ts';
import type { Streams } from '../make-runs.ts';
import { list, number, seeds } from '../ui/arguments.ts';
import { fieldsOf } from '../ui/options.ts';
import { runGrid } from './bench.ts';

interface SweepOptions extends MadeGridOptions {
  readonly parameter: string;
  readonly values?: readonly string[];
  readonly seeds: number | number[];
  readonly dryRun?: boolean;
  readonly out?: string;
}

/** Losses that show what a parameter does, where none are named. */
const exemplary: Readonly<Record<string, readonly string[]>> = {
  q: ['gce', 'sgce'],
  alpha: ['alpha-mae'],
};
const otherwise = ['ce', 'sgce:q=0.7'];

/**
 * `symloss sweep`: how much one parameter matters over noise rates.
 * @param run stands in for `runGrid`, in tests
 */
export function sweepCommand(
  streams: Streams,
  onExitCode: (code: number) => void,
  run = runGrid,
): Command {
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
  return addMadeGrid(command)
    .option('--out <folder>', 'default: symloss-bench/sweep-<parameter>')
    .addHelpText('after', help)
    .action(async (source: string, options: SweepOptions) => {
      const grid = gridOf(source, options);
      const making = { ...options, ...fieldsOf({ ...options }) };
      if (!(await run(grid, making, streams))) onExitCode(1);
    });
}

function gridOf(source: string, options: SweepOptions): Grid {
  const { parameter, values, losses } = options;
  return sweepGrid({
    ...madeGrid(source, options),
    losses: losses ?? exemplary[parameter] ?? otherwise,
    parameter,
    values: values?.map(numberOrText),
    seeds: options.seeds,
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
