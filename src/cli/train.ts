import { access, rm, rmdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { openDataset } from '../data/node/index.ts';
import { makeFolder, writeWhole } from '../io/index.ts';
import { parseLoss } from '../losses/index.ts';
import { modelFiles } from '../model/node/index.ts';
import type { CompareOptions, Run } from '../train/index.ts';
import { checkSettings, compare } from '../train/index.ts';
import {
  canResume,
  checkpointsOf,
  hasCheckpoints,
  removeCheckpoints,
  resumeCommand,
  startCheckpoints,
} from './checkpoints.ts';
import type { TrainConfig } from './config.ts';
import { optionName } from './config.ts';
import { Progress } from './progress.ts';
import { comparisonTable, reportLines, runRecords } from './results.ts';

export interface TrainStreams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean | undefined };
  readonly signal?: AbortSignal;
}

export interface TrainCommandOptions {
  readonly overwrite: boolean;
  /** Keep the checkpoints when all runs are done. */
  readonly keepCheckpoints?: boolean;
  /** Go on from the checkpoints in the folder `out`. */
  readonly resume?: boolean;
}

const resultFiles = { metrics: 'metrics.json', config: 'config.json' } as const;

/** The noise that shows what the program is for when it is run without data: the digits are clean. */
const demonstrationNoise = 'symmetric:0.4';

/**
 * Trains the loss and those it is compared with, prints the table, and writes the model of the
 * first loss and seed with metrics and configuration. These files appear when all runs are done;
 * until then the folder's `checkpoints` hold what is needed to go on.
 * @returns whether the first loss was trained
 */
export async function runTrain(
  config: TrainConfig,
  { overwrite, keepCheckpoints = false, resume = false }: TrainCommandOptions,
  streams: TrainStreams,
): Promise<boolean> {
  const settings = withDemonstration(config);
  const losses = [settings.loss, ...(settings.compare ?? [])].map((spec) => parseLoss(spec).spec);
  checkRepeats(losses);
  for (const loss of losses) checkSettings({ ...trainOptions(settings), loss });
  const isNew = !(await exists(settings.out));
  if (!resume) await claimFolder(settings.out, overwrite);
  try {
    const isTrained = await trainAll(settings, losses, streams, resume);
    if (!keepCheckpoints) await removeCheckpoints(settings.out);
    return isTrained;
  } catch (error) {
    throw await afterStop(error, settings.out, { isNew, resume, signal: streams.signal });
  }
}

/** Keeps what a stopped command can go on from, and leaves nothing behind where there is nothing. */
async function afterStop(
  error: unknown,
  out: string,
  { isNew, resume, signal }: { isNew: boolean; resume: boolean; signal: AbortSignal | undefined },
): Promise<unknown> {
  if (resume || (await hasCheckpoints(out))) {
    if (!signal?.aborted || error !== signal.reason) return error;
    return new Error(`${(error as Error).message}; go on with: ${resumeCommand(out)}`);
  }
  await removeCheckpoints(out);
  if (isNew) await rmdir(out).catch(() => {}); // something was written: keep it
  return error;
}

async function trainAll(
  settings: TrainConfig,
  losses: readonly string[],
  { out, err, signal }: TrainStreams,
  resume: boolean,
): Promise<boolean> {
  const { data, test } = await readData(settings, signal);
  for (const line of [...data.notices, ...(test?.notices ?? [])]) out.write(`${line}\n`);
  const seeds = Array.from({ length: settings.seeds }, (_, i) => settings.seed + i);
  const total = losses.length * seeds.length;
  const progress = new Progress(err, total, settings.epochs, resume);
  const options: CompareOptions = {
    ...trainOptions(settings),
    data,
    test: test ?? settings.testShare,
    losses,
    seeds,
    checkpoints: {
      folder: checkpointsOf(settings.out),
      resume,
      ...(settings.checkpointEvery !== undefined && { every: settings.checkpointEvery }),
    },
    jobs: settings.jobs ?? Math.max(1, Math.floor(availableParallelism() / settings.threads)),
    ...(signal && { signal }),
    onEpoch: (run, metrics) => progress.epoch(run, metrics),
    onRun: (run) => progress.run(run),
  };
  if (!resume) await startCheckpoints(settings);
  const runs = await compare(options).finally(() => progress.clear());
  for (const line of reportLines(runs)) out.write(`${line}\n`);
  out.write(`\n${comparisonTable(losses, runs)}\n\n`);
  const main = runs[0] as Run;
  await writeResults(settings, losses, runs);
  out.write(
    main.trained === undefined
      ? `no model: ${main.error.message}\n`
      : `model of ${main.loss}, seed ${main.seed}: ${join(settings.out, modelFiles.network)}\n`,
  );
  return main.trained !== undefined;
}

function withDemonstration(config: TrainConfig): TrainConfig {
  if (config.data !== undefined) return config;
  for (const key of [...dataKeys, 'dataFolder', 'memoryLimit'] as const) {
    if (config[key] !== undefined) {
      throw new SymlossError(optionName(key), 'a data file before it', 'none', {
        hint: 'symloss train data.csv --label <column>',
      });
    }
  }
  return {
    ...config,
    noise: config.noise ?? demonstrationNoise,
    compare: config.compare ?? ['ce'],
  };
}

function checkRepeats(losses: readonly string[]): void {
  const repeated = losses.find((loss, i) => losses.indexOf(loss) !== i);
  if (repeated === undefined) return;
  throw new SymlossError('losses', 'each once', `${repeated} twice`, {
    hint: 'leave it out of --compare',
  });
}

/** Makes the folder now, so that a wrong one costs no training, and keeps an older run's files. */
async function claimFolder(folder: string, overwrite: boolean): Promise<void> {
  await makeFolder(folder);
  const probe = join(folder, `.symloss-${process.pid}`);
  await writeWhole(probe, '');
  await rm(probe);
  if (overwrite) return;
  if (await canResume(folder)) {
    throw new SymlossError(folder, 'a folder without an earlier run', 'one with checkpoints', {
      hint: `go on with: ${resumeCommand(folder)}, choose another with --out, or add --overwrite`,
    });
  }
  for (const name of [...Object.values(modelFiles), ...Object.values(resultFiles)]) {
    if (await exists(join(folder, name))) {
      throw new SymlossError(folder, 'a folder without an earlier run', name, {
        hint: 'choose another with --out, or add --overwrite',
      });
    }
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The settings that say how data are read, under the names that `openDataset` takes too. */
const dataKeys = [
  ...['label', 'trueLabel', 'features', 'ignore', 'missing', 'imageColumn', 'imageSize'],
  ...['badImages', 'labelsFile', 'cache', 'test', 'testLabelsFile'],
] as (keyof TrainConfig)[];

function readData(
  config: TrainConfig,
  signal: AbortSignal | undefined,
): Promise<{ data: Dataset; test?: Dataset }> {
  if (config.data === undefined) return openDataset('digits');
  const { dataFolder: folder, memoryLimit } = config;
  const given = dataKeys.filter((key) => config[key] !== undefined);
  return openDataset(config.data, {
    ...Object.fromEntries(given.map((key) => [key, config[key]])),
    ...(folder !== undefined && { folder }),
    ...(signal !== undefined && { signal }),
    ...(memoryLimit !== undefined && { memoryLimit: memoryLimit * 2 ** 30 }),
  });
}

/** The settings that `train` takes under the same names, those that were given. */
function trainOptions(config: TrainConfig) {
  const { noise, model, scores, scoreScale, optimizer, learningRate, weightDecay, schedule } =
    config;
  const { augment, warmup, clipNorm, epochs, batchSize, threads, device, validation } = config;
  const given = {
    noise,
    scores,
    scoreScale,
    optimizer,
    augment,
    learningRate,
    weightDecay,
    schedule,
    warmup,
    clipNorm,
  };
  const optional = Object.fromEntries(
    Object.entries({ ...given, batchSize, device }).filter(([, value]) => value !== undefined),
  ) as Partial<CompareOptions>;
  return { ...optional, model, epochs, threads, validation };
}

async function writeResults(
  config: TrainConfig,
  losses: readonly string[],
  runs: readonly Run[],
): Promise<void> {
  const trained = runs[0]?.trained;
  if (trained !== undefined) await trained.save(config.out);
  else
    for (const name of Object.values(modelFiles)) await rm(join(config.out, name), { force: true });
  const write = (name: string, content: unknown) =>
    writeWhole(join(config.out, name), `${JSON.stringify(content, null, 2)}\n`);
  await write(resultFiles.metrics, runRecords(losses, runs));
  await write(resultFiles.config, config);
}
