import { Command, Option } from 'commander';
import { budgets } from '../experiments/budget.ts';
import { presets } from '../experiments/index.ts';
import { notVerified } from '../experiments/presets/parts.ts';
import { splitSpecs } from '../losses/index.ts';
import { devices } from '../runtime/index.ts';
import { number, seeds } from './arguments.ts';
import type { BenchOptions, BenchStreams } from './bench.ts';
import { runBench } from './bench.ts';

/** `symloss bench`: a grid of runs, its table with error bars, and what has been done before. */
export function benchCommand(streams: BenchStreams, onExitCode: (code: number) => void): Command {
  const known = Object.entries(presets).map(([name, { description = '' }]) =>
    description.startsWith(notVerified) ? `${name} (not verified here)` : name,
  );
  return new Command('bench')
    .description(
      'Compare losses over data, noise and seeds: train every run of a grid and print the table with error bars. Runs that are recorded in the folder are not made again.',
    )
    .argument('<grid>', `grid file (YAML or JSON), or a preset: ${known.join(', ')}`)
    .option('--out <folder>', 'records, tables and report (symloss-bench/<name of the grid>)')
    .option(
      '--losses <specs>',
      'only these losses of the grid, by name, spec or how the spec begins: ce,gce:q=0.7',
      splitSpecs,
    )
    .option(
      '--noises <specs>',
      'only these noises of the grid, likewise: none,asymmetric:0.4',
      splitSpecs,
    )
    .option(
      '--seeds <seeds>',
      'how many seeds (5), or which (1,4,7), instead of those of the grid',
      seeds,
    )
    .addOption(
      new Option('--budget <size>', 'a part of the grid that ends sooner').choices([...budgets]),
    )
    .option('--dry-run', 'list the runs and which are done, and train nothing', false)
    .option('--jobs <count>', 'runs at the same time; default: one per core', number)
    .option('--threads <count>', 'threads of one run; default: the cores shared out', number)
    .addOption(new Option('--device <name>', 'where to train (cpu)').choices(devices))
    .option('--data <folder>', 'where data sets that are given by name lie')
    .option(
      '--queue [url]',
      'let workers make the runs: redis://host, rediss://user:password@host; default: SYMLOSS_QUEUE',
    )
    .option('--queue-name <name>', 'which queue there (runs)')
    .addHelpText('after', help)
    .action(async (grid: string, options: Omit<BenchOptions, 'grid'>) => {
      if (!(await runBench({ ...options, grid }, streams))) onExitCode(1);
    });
}

const help = `
A grid, here 2 losses × 2 noises × 3 seeds = 12 runs:

  name: first
  data: [digits]
  models: ['mlp:64']
  noises: [none, symmetric:0.4]
  losses: [ce, sgce:q=0.7]
  seeds: 3
  training: { epochs: 30 }

All of it is checked before the first run. Ctrl-C stops cleanly; the same command goes on. Add losses, noises or
seeds to the grid and only their runs are made. See docs/experiments.md for settings of single losses,
losses of your own, and the files that are written.`;
