import { join } from 'node:path';
import { Command, Option } from 'commander';
import { checkInteger, field } from '../../core/index.ts';
import { ResultsFolder } from '../../experiments/results/folder.ts';
import type { TunedLoss, TuneOptions } from '../../experiments/search/tune.ts';
import { describeTuning, planTuning, tune, tunedGrid } from '../../experiments/search/tune.ts';
import { parseSpace } from '../../experiments/search/tune-space.ts';
import { writeJson } from '../../io/index.ts';
import { fields } from '../../run/fields.ts';
import type { GridOutputs } from '../grid-outputs.ts';
import { checkGridOutputs, inputsOf, refuseStandardInput, writeGrid } from '../grid-outputs.ts';
import type { MadeGridOptions } from '../made-grid.ts';
import { addMadeGrid, madeGrid } from '../made-grid.ts';
import type { MakingOptions, Streams } from '../make-runs.ts';
import { chooseExecutor, startLine } from '../make-runs.ts';
import { number, seeds } from '../ui/arguments.ts';
import { formatTable } from '../ui/format.ts';
import { writeLine } from '../ui/lines.ts';
import { fieldsOf } from '../ui/options.ts';
import { orNoFolder } from '../unused-folder.ts';

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

/**
 * `symloss tune`: rate, weight decay and parameters of each loss, chosen on noisy labels.
 * @param choose stands in for `chooseExecutor`, in tests
 */
export function tuneCommand(streams: Streams, choose = chooseExecutor): Command {
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
  return addMadeGrid(command)
    .option('--out <folder>', 'records, trials.json and tuned.yaml', 'symloss-tune')
    .addHelpText('after', help)
    .action(async (source: string, options: TuneCommandOptions) => {
      const { space, search, trials, losses = ['ce', 'sgce'], drawSeed, out } = options;
      const made = madeGrid(source, options);
      const { epochs = fields.epochs.default } = made.training;
      const tuning: TuneOptions = {
        ...made,
        name: 'tuned',
        losses,
        seeds: seedsFrom(firstSeed, options.seeds, 'seeds'),
        // only the last epoch is looked at
        training: { ...made.training, epochs, evaluateEvery: epochs },
        search,
        seed: drawSeed,
        ...(space !== undefined && { space: parseSpace(space) }),
        ...(trials !== undefined && { trials }),
        ...(streams.signal && { signal: streams.signal }),
      };
      const target = { out, testSeeds: seedsFrom(1, options.testSeeds, 'testSeeds') };
      const making = { ...options, ...fieldsOf({ ...options }) };
      await runTune(tuning, target, making, streams, choose);
    });
}

function seedsFrom(first: number, given: number | number[], option: string): number[] {
  if (typeof given !== 'number') return given;
  checkInteger(field(option), given, { min: 1, max: 1000 });
  return Array.from({ length: given }, (_, i) => first + i);
}

const help = `
  symloss tune digits --losses ce,gce,sgce --noises symmetric:0.4 --trials 30
  symloss bench symloss-tune/tuned.yaml

A setting is judged by its mean over --noises. Tune each noise rate by itself (in a folder of its own, --out) where rates
may want different settings.`;

export interface TuneTarget {
  /** Folder of `tuned.yaml` and `trials.json`. */
  readonly out: string;
  /** Of the grid that is written. */
  readonly testSeeds: readonly number[];
}

/**
 * Tunes, prints what was chosen, why and what that is worth, and writes `tuned.yaml`, a grid of the
 * tuned losses, and `trials.json`, every trial.
 */
export async function runTune(
  options: TuneOptions,
  { out, testSeeds }: TuneTarget,
  making: MakingOptions,
  streams: Streams,
  choose = chooseExecutor,
): Promise<void> {
  refuseStandardInput({ data: [options.data] });
  for (const seed of [...options.seeds, ...testSeeds]) checkInteger('seed', seed, { min: 0 });
  tunedGrid([], options, testSeeds); // for what it throws, before any run
  const runs = planTuning(options);
  const outputs: GridOutputs = {
    ...{ folder: out, grid: 'tuned.yaml', others: ['trials.json'] },
    inputs: await inputsOf(
      { data: [options.data], noises: [...options.noises] },
      { folder: making.folder, signal: streams.signal },
    ),
  };
  await orNoFolder(outputs, async () => {
    const results = await ResultsFolder.open(out, { prepare: () => checkGridOutputs(outputs) });
    try {
      for (const notice of results.store.notices) writeLine(streams.out, notice);
      streams.out.write(`${startLine(runs.length, results.open(runs))}\n`);
      const execute = await choose(results, runs.length, making, streams);
      const tuned = await tune(options, execute);
      streams.out.write(`${tuningTable(tuned)}\n\n${tuningNotes(tuned, options).join('\n')}\n\n`);
      const { signal: _, onRecord: _r, ...settings } = options;
      const trials = { format: 'symloss-tuning', version: 1, settings, losses: tuned };
      results.check();
      await writeJson(join(out, 'trials.json'), trials);
      const { evaluateEvery: _e, ...training } = options.training;
      // the grid that follows shows learning curves, so it measures every epoch again
      const grid = tunedGrid(tuned, { ...options, training }, testSeeds);
      const file = await writeGrid(outputs, grid);
      streams.out.write(`${file}: compare with symloss bench ${file}\n`);
    } finally {
      results.close();
    }
  });
}

/** What was chosen for each loss. */
export function tuningTable(tuned: readonly TunedLoss[]): string {
  const names = [...new Set(tuned.flatMap(({ best }) => Object.keys(best.values)))];
  const heading = ['loss', ...names, 'validation (noisy)', 'trials', 'diverged'];
  const rows = tuned.map(({ best, trials }) => [
    best.loss,
    ...names.map((name) => String(best.values[name] ?? '–')),
    `${(100 * best.score).toFixed(1)} ± ${(100 * best.standardError).toFixed(1)} %`,
    String(trials.length),
    String(trials.filter(({ diverged }) => diverged > 0).length),
  ]);
  return formatTable([heading, ...rows]);
}

/** Why the choice can be trusted, and how far. */
export function tuningNotes(tuned: readonly TunedLoss[], options: TuneOptions): string[] {
  const about = describeTuning(options);
  return [
    `${about.charAt(0).toUpperCase()}${about.slice(1)}. No clean label was looked at.`,
    'Why: under uniform noise of rate n over k classes, accuracy on noisy labels is (1 - nk/(k-1)) accuracy + n/(k-1), so it',
    'ranks models as clean labels would (docs/theory.md, "Uniform label noise").',
    `Limits: ± is the standard error from the number of validation rows; ${closeNote(tuned)} The best of many`,
    'trials looks better than it is. Noise that depends on class or sample, such as people make, may change the ranking',
    '(docs/theory.md, "Where it ends").',
    ...tuned.flatMap(({ best, atEdge }) =>
      atEdge.length === 0
        ? []
        : [
            `${best.loss}: ${atEdge.join(', ')} at the edge of what was tried; the best may lie beyond.`,
          ],
    ),
  ];
}

/** How many trials cannot be told from the best. */
function closeNote(tuned: readonly TunedLoss[]): string {
  const counts = tuned.map(({ best, trials }) => {
    const near = trials.filter((t) => t !== best && best.score - t.score < best.standardError);
    return `${near.length} for ${best.loss}`;
  });
  return `trials within one of it of the best, so not told apart: ${counts.join(', ')}.`;
}
