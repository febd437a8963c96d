import { Command, Option } from 'commander';
import type { Executor } from '../experiments/executor.ts';
import { parseSpace } from '../experiments/tune-space.ts';
import { number, seeds } from './arguments.ts';
import type { MadeGridOptions, RunnerOptions } from './grid-options.ts';
import { addGridOptions, dataOf, runnerOf, trainingOf } from './grid-options.ts';
import { runTune } from './tune.ts';

/** Opens what makes and records the runs of a tuning, so that the same command goes on where it was. */
export type OpenExecutor = (
  options: RunnerOptions & {
    readonly out: string;
    readonly total: number;
    readonly epochs: number;
  },
) => Promise<Executor>;

interface TuneCommandOptions extends MadeGridOptions {
  readonly space?: string;
  readonly search: 'random' | 'grid';
  readonly trials?: number;
  readonly seeds: number | number[];
  readonly testSeeds: number | number[];
  readonly drawSeed: number;
  readonly out: string;
}

/** The seeds of a tuning start here, apart from those that grids start with. */
const firstSeed = 101;

/** `symloss tune`: rate, weight decay and parameters of each loss, chosen on noisy labels. */
export function tuneCommand(
  streams: { readonly out: { write(text: string): unknown }; readonly signal?: AbortSignal },
  openExecutor: OpenExecutor,
): Command {
  const command = new Command('tune')
    .description(
      'Choose learning rate, weight decay and parameters of each loss by the accuracy on noisy validation labels, with the same number of trials for each, and write them as a grid for bench.',
    )
    .argument('[data]', 'file, folder or name of the data', 'digits')
    .option(
      '--space <space>',
      'what is tuned, ranges and lists: learningRate=0.003..1,weightDecay=0.001/0.01,q=0.1..1; default: rate and decay',
    )
    .addOption(
      new Option('--search <kind>', 'draw settings, or try all of the lists')
        .choices(['random', 'grid'])
        .default('random'),
    )
    .option('--trials <count>', 'settings that are drawn for each loss (20)', number)
    .option('--draw-seed <seed>', 'seed of the draws', number, 1)
    .option('--seeds <seeds>', `how many seeds from ${firstSeed} on, or which`, seeds, 2)
    .option('--test-seeds <seeds>', 'seeds of the grid that is written', seeds, 5);
  return addGridOptions(command)
    .option('--out <folder>', 'records, trials.json and tuned.yaml', 'symloss-tune')
    .addHelpText('after', help)
    .action(async (source: string, options: TuneCommandOptions) => {
      const { space, search, trials, model, noises, losses = ['ce', 'sgce'], out } = options;
      await runTune(
        {
          name: 'tuned',
          data: dataOf(source, options),
          model,
          losses,
          noises,
          seeds: seedsFrom(firstSeed, options.seeds),
          // only the last epoch is looked at
          training: { ...trainingOf(options), evaluateEvery: options.epochs },
          search,
          seed: options.drawSeed,
          ...(space !== undefined && { space: parseSpace(space) }),
          ...(trials !== undefined && { trials }),
          ...(streams.signal && { signal: streams.signal }),
        },
        { out, testSeeds: seedsFrom(1, options.testSeeds) },
        streams,
        (total) => openExecutor({ ...runnerOf(options), out, total, epochs: options.epochs }),
      );
    });
}

function seedsFrom(first: number, given: number | number[]): number[] {
  return typeof given === 'number' ? Array.from({ length: given }, (_, i) => first + i) : given;
}

const help = `
  symloss tune digits --losses ce,gce,sgce --noises symmetric:0.4 --trials 30
  symloss bench symloss-tune/tuned.yaml

A setting is judged by its mean over --noises. Tune each noise rate by itself (in a folder of its own, --out) where rates
may want different settings.`;
