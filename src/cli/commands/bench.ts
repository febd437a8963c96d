import { join } from 'node:path';
import { Command, Option } from 'commander';
import { splitSpecs } from '../../core/index.ts';
import { budgets } from '../../experiments/grid/budget.ts';
import type { Budget, Grid, PlannedRun, RunRecord } from '../../experiments/index.ts';
import {
  applyBudget,
  expandGrid,
  filterGrid,
  presets,
  RecordStore,
  readGrid,
  recordsFile,
} from '../../experiments/index.ts';
import { notVerified } from '../../experiments/presets/parts.ts';
import { ResultsFolder } from '../../experiments/results/folder.ts';
import { exists } from '../../io/index.ts';
import { canonical } from '../../run/run-id.ts';
import type { GridOutputs } from '../grid-outputs.ts';
import { checkGridOutputs, inputsOf, refuseStandardInput, writeGrid } from '../grid-outputs.ts';
import type { MakingOptions, Streams } from '../make-runs.ts';
import { addMaking, chooseExecutor, startLine } from '../make-runs.ts';
import { seeds } from '../ui/arguments.ts';
import { formatTable } from '../ui/format.ts';
import { writeLine } from '../ui/lines.ts';
import { fieldsOf } from '../ui/options.ts';
import { resultsFileNames, writeResultsFiles } from '../ui/results-files.ts';
import { gridTable } from '../ui/results-table.ts';
import { runNames } from '../ui/run-names.ts';
import { copiedLines } from '../ui/run-report.ts';
import { orNoFolder } from '../unused-folder.ts';

/** Which runs of a grid, and where the results go. */
export interface BenchOptions extends MakingOptions {
  readonly out?: string;
  /** The file that the grid was read from. */
  readonly file?: string;
  readonly losses?: readonly string[];
  readonly noises?: readonly string[];
  readonly seeds?: Grid['seeds'];
  readonly budget?: Budget;
  readonly dryRun?: boolean;
}

/** `symloss bench`: a grid of runs, its table with error bars, and what has been done before. */
export function benchCommand(streams: Streams, onExitCode: (code: number) => void): Command {
  const known = Object.entries(presets).map(([name, { description = '' }]) =>
    description.startsWith(notVerified) ? `${name} (not verified here)` : name,
  );
  const command = new Command('bench')
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
    .option('--dry-run', 'list the runs and which are done, and train nothing', false);
  return addMaking(command)
    .addHelpText('after', help)
    .action(async (file: string, options: BenchOptions) => {
      const { losses, noises, seeds: which, budget = 'paper' } = options;
      const whole = applyBudget(await readGrid(file, { presets }), budget);
      const grid = filterGrid(whole, { losses, noises, seeds: which });
      if (!(await runGrid(grid, { ...options, file, ...fieldsOf({ ...options }) }, streams)))
        onExitCode(1);
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

Names, settings and files are checked before the first run. Ctrl-C stops cleanly; the same command goes on. Add losses, noises or
seeds to the grid and only their runs are made. See docs/experiments.md for settings of single losses,
losses of your own, and the files that are written.`;

/** Failures that are listed after the table. */
const listed = 5;

/**
 * Makes the runs of a grid that its folder has no record of, prints the table of all and writes it.
 * @returns whether no run failed; one that diverged has not: that is its result
 */
export async function runGrid(
  grid: Grid,
  { out, file, dryRun = false, ...making }: BenchOptions,
  streams: Streams,
): Promise<boolean> {
  refuseStandardInput(grid);
  const runs = expandGrid(grid);
  const folder = out ?? join('symloss-bench', grid.name);
  if (dryRun) {
    streams.out.write(await listing(runs, folder));
    return true;
  }
  const outputs: GridOutputs = {
    ...{ folder, grid: 'grid.yaml', others: resultsFileNames },
    inputs: [file, ...(await inputsOf(grid, { folder: making.folder, signal: streams.signal }))],
  };
  return orNoFolder(outputs, async () => {
    const results = await ResultsFolder.open(folder, { prepare: () => checkGridOutputs(outputs) });
    try {
      for (const notice of results.store.notices) writeLine(streams.out, notice);
      await writeGrid(outputs, grid);
      await makeRuns(results, runs, making, streams);
      results.check();
      return await report(results.recordsOf(runs), { title: grid.name, folder }, streams);
    } finally {
      results.close();
    }
  });
}

/** Makes the runs that a folder has no record of, and says how to go on when it is stopped. */
export async function makeRuns(
  results: ResultsFolder,
  runs: readonly PlannedRun[],
  making: MakingOptions,
  streams: Streams,
): Promise<void> {
  const { out, signal } = streams;
  out.write(`${startLine(runs.length, results.open(runs))}\n`);
  const execute = await chooseExecutor(results, runs.length, making, streams);
  try {
    await execute(runs, { onRecord: () => {}, signal });
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    const done = runs.length - results.open(runs).length;
    throw new Error(
      `${(error as Error).message}; ${done} of ${runs.length} runs are recorded, the same command goes on`,
    );
  }
}

/** Prints the table and writes the files. */
async function report(
  records: readonly RunRecord[],
  files: { readonly title: string; readonly folder: string },
  { out }: Streams,
): Promise<boolean> {
  out.write(`\n${gridTable(records)}\n\n`);
  const nameOf = runNames(records);
  const failures = records.filter((record) => record.status === 'failed' && !record.diverged);
  for (const record of failures.slice(0, listed)) {
    writeLine(out, `failed: ${nameOf(record)}: ${record.status === 'failed' ? record.error : ''}`);
  }
  if (failures.length > listed) out.write(`and ${failures.length - listed} more failed\n`);
  for (const line of copiedLines(records)) writeLine(out, line);
  for (const source of changedSources(records)) {
    out.write(
      `${source}: the records are of different contents of it; run the grid in another folder (--out) to compare like with like\n`,
    );
  }
  const written = await writeResultsFiles(records, files);
  for (const path of [join(files.folder, recordsFile), ...written]) out.write(`${path}\n`);
  return failures.length === 0;
}

/** Sources that were read with different contents by runs that read them in the same way. */
export function changedSources(records: readonly RunRecord[]): string[] {
  const hashes = new Map<string, string>();
  const changed = new Set<string>();
  for (const record of records) {
    if (record.status !== 'done') continue;
    const { source, label, folder, test } = record.config.data;
    const column = record.config.noise.startsWith('column:') ? record.config.noise : '';
    const key = canonical({ source, label, folder, test, column });
    const { sha256 } = record.data;
    if ((hashes.get(key) ?? sha256) !== sha256) changed.add(source);
    hashes.set(key, sha256);
  }
  return [...changed];
}

/** The runs and what is known of them. */
async function listing(runs: readonly PlannedRun[], folder: string): Promise<string> {
  const isThere = await exists(join(folder, recordsFile));
  const store = isThere ? await RecordStore.open(folder) : undefined;
  const byId = new Map(store?.all().map((record) => [record.id, record]));
  const rows = runs.map(({ id, config }) => [
    id,
    stateOf(byId.get(id)),
    config.data.source,
    config.model,
    config.noise,
    config.loss,
    String(config.seed),
    String(config.training.epochs),
  ]);
  const heading = ['run', 'state', 'data', 'model', 'noise', 'loss', 'seed', 'epochs'];
  const done = runs.filter(({ id }) => store?.has(id)).length;
  return `${formatTable([heading, ...rows])}\n\n${runs.length} runs, ${done} of them are done; folder ${folder}\n`;
}

function stateOf(record: RunRecord | undefined): string {
  if (record === undefined) return 'to do';
  if (record.status === 'done') return 'done';
  return record.diverged ? 'diverged' : 'failed';
}
