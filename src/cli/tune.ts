import { join } from 'node:path';
import { stringify } from 'yaml';
import { checkInteger } from '../core/index.ts';
import type { Executor } from '../experiments/executor.ts';
import type { TunedLoss, TuneOptions } from '../experiments/tune.ts';
import { describeTuning, planTuning, tune, tunedGrid } from '../experiments/tune.ts';
import { makeFolder, writeWhole } from '../io/index.ts';
import { formatTable } from './format.ts';

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
  streams: { readonly out: { write(text: string): unknown } },
  open: (total: number) => Promise<Executor>,
): Promise<void> {
  for (const seed of [...options.seeds, ...testSeeds]) checkInteger('seed', seed, { min: 0 });
  tunedGrid([], options, testSeeds); // for what it throws, before any run
  const runs = planTuning(options);
  await makeFolder(out);
  const tuned = await tune(options, await open(runs.length));
  streams.out.write(`${tuningTable(tuned)}\n\n${tuningNotes(tuned, options).join('\n')}\n\n`);
  const { signal: _, onRecord: _r, ...settings } = options;
  const trials = { format: 'symloss-tuning', version: 1, settings, losses: tuned };
  await writeWhole(join(out, 'trials.json'), `${JSON.stringify(trials, null, 2)}\n`);
  const { evaluateEvery: _e, ...training } = options.training;
  // the grid that follows shows learning curves, so it measures every epoch again
  const grid = tunedGrid(tuned, { ...options, training }, testSeeds);
  const file = join(out, 'tuned.yaml');
  await writeWhole(file, stringify(grid));
  streams.out.write(`${file}: compare with symloss bench ${file}\n`);
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
