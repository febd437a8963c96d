import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { field, finishWithBreaks, jsonText, SymlossError, splitSpecs } from '../../core/index.ts';
import { isDatasetName } from '../../data/formats/index.ts';
import { inProcessExecutor } from '../../experiments/executors/here.ts';
import type { RunRecord } from '../../experiments/index.ts';
import type { ResultsFolder } from '../../experiments/results/folder.ts';
import { exists } from '../../io/index.ts';
import { modelFiles } from '../../model/node/index.ts';
import { renderReport } from '../../report/index.ts';
import { originOf } from '../../run/columns-origin.ts';
import type { PlannedRun } from '../../run/config.ts';
import { pickFields } from '../../run/config.ts';
import { DatasetCache } from '../../run/datasets.ts';
import { checkEffort } from '../../run/effort.ts';
import { fields } from '../../run/fields.ts';
import { autoLoss, canonicalLoss } from '../../run/loss-spec.ts';
import { planRun } from '../../run/plan.ts';
import { repeatsOfRun } from '../../run/test-repeats.ts';
import type { Streams } from '../make-runs.ts';
import { withProgress } from '../make-runs.ts';
import type { TrainConfig } from '../train-config.ts';
import { checkConfig, configFormat, dataFields, readConfig } from '../train-config.ts';
import {
  finishTrainFolder,
  leaveTrainFolder,
  openTrainFolder,
  removeEmpty,
  resultFiles,
  resumedConfig,
  withNextStep,
} from '../train-folder.ts';
import { number } from '../ui/arguments.ts';
import { addFields, fieldOption, fieldsOf } from '../ui/options.ts';
import { ReadingLine } from '../ui/reading-line.ts';
import { comparisonTable } from '../ui/results-table.ts';
import { metricsOf, reportLines, warningsAmong } from '../ui/run-report.ts';

/** `symloss train`: one loss, and those it is compared with, on one data set. */
export function trainCommand(streams: Streams, onExitCode: (code: number) => void): Command {
  const command = new Command('train')
    .description(
      'Train a model that resists wrong labels, and write it as ONNX. Without data: the bundled digits, 40 % of their labels made wrong, beside cross-entropy.',
    )
    .argument(
      '[data]',
      'CSV file with a header line, Excel (.xlsx), JSON lines, Parquet, Arrow, .npy, .npz or IDX file, pattern of several ("parts/*.csv"), - for standard input, folder of tables, of MNIST or CIFAR files or of class folders, or the name of a data set',
    );
  addFields(command, ['data'])
    .addOption(fieldOption('noise'))
    .addOption(fieldOption('loss', `loss of the model that is kept (${fields.loss.default})`))
    .option('--compare <specs>', 'losses to train beside it, such as ce,gce:q=0.7', splitSpecs)
    .addOption(fieldOption('model'));
  addFields(command, ['training'])
    .option('--seeds <count>', 'runs of each loss, with seeds one apart (1)', number)
    .addOption(fieldOption('seed', 'the first seed (1)'))
    .option('--jobs <count>', 'runs at the same time; default: one per core', number);
  const own = { threads: '1; where all runs choose their loss, the cores shared among them' };
  return addFields(command, ['machine'], { own })
    .option(
      '--checkpoint-every <epochs>',
      'write a checkpoint this often; default: every epoch, at most once a second',
      number,
    )
    .option('--keep-checkpoints', 'keep them when all runs are done', false)
    .option('--resume <folder>', 'go on with what was stopped in this folder')
    .option('--out <folder>', 'where the model and the metrics go (symloss-run)')
    .option('--overwrite', 'replace the files of an earlier run', false)
    .option('--config <file>', 'start from the config.json of an earlier run')
    .action(async (source: string | undefined, options: Record<string, unknown>) => {
      const { overwrite, keepCheckpoints, resume, config: file, ...rest } = options;
      const { compare, seeds, jobs, checkpointEvery, out } = rest;
      const given = {
        ...fieldsOf(rest),
        ...withoutUndefined({ source, compare, seeds, jobs, checkpointEvery, out }),
      };
      const how = {
        overwrite: overwrite === true,
        keepCheckpoints: keepCheckpoints === true,
        files: [file === undefined ? undefined : String(file), originOf(given.columns)],
      };
      const isResumed = typeof resume === 'string';
      const config = isResumed
        ? await resumedConfig(resume, { ...given, overwrite, config: file })
        : checkConfig({ ...(file !== undefined && (await readConfig(String(file)))), ...given });
      if (!(await runTrain(config, { ...how, resume: isResumed }, streams))) onExitCode(1);
    });
}

function withoutUndefined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

export interface TrainCommandOptions {
  readonly overwrite: boolean;
  /** Files that the options were read from. */
  readonly files?: readonly (string | undefined)[];
  /** Keep the checkpoints when all runs are done. */
  readonly keepCheckpoints?: boolean;
  /** Go on from the checkpoints in the folder `out`. */
  readonly resume?: boolean;
}

/** The noise that shows what the program is for when it is run without data: the digits are clean. */
const demonstrationNoise = 'symmetric:0.4';
/** And what it is shown beside. */
const baseline = 'ce';

/**
 * Trains the loss and those it is compared with, prints the table, and writes the model of the first loss, of several seeds
 * that which is best on the validation labels, with metrics, records, report and configuration. These files appear when all
 * runs are done; until then the folder's `checkpoints` hold what is needed to go on.
 * @returns whether the first loss was trained
 */
export async function runTrain(
  given: TrainConfig,
  { overwrite, keepCheckpoints = false, resume = false, files = [] }: TrainCommandOptions,
  streams: Streams,
): Promise<boolean> {
  const config = withDemonstration(given);
  checkOneLoss(config.loss);
  const losses = [config.loss, ...(config.compare ?? [])].map(canonicalLoss);
  checkRepeats(losses);
  checkEffort(config, losses);
  const runs = planRuns(config, losses);
  const isNew = !(await exists(config.out));
  const { signal } = streams;
  const results = await openTrainFolder(config, { overwrite, resume, files, signal }).catch(
    async (error) => {
      await removeEmpty(config.out, isNew);
      throw error;
    },
  );
  try {
    const made = await makeRuns(config, runs, { results, keepCheckpoints }, streams);
    results.check();
    return await writeResults(config, { losses, runs, ...made, keepCheckpoints }, streams);
  } catch (error) {
    results.close(); // before the folder is left
    const canGoOn = await leaveTrainFolder(config.out, isNew);
    throw withNextStep(error, canGoOn ? config.out : undefined, signal);
  } finally {
    results.close();
    await removeEmpty(config.out, false);
  }
}

/** @throws SymlossError for several specs */
function checkOneLoss(loss: string): void {
  if (splitSpecs(loss).length === 1) return;
  throw new SymlossError(field('loss'), 'one loss', loss, {
    hint: `name the others in ${field('compare')}`,
  });
}

/** Every loss with every seed. */
function planRuns(config: TrainConfig, losses: readonly string[]): PlannedRun[] {
  const { source = 'digits', model, noise = fields.noise.default, seeds, seed } = config;
  const data = { ...pickFields(config, 'data'), source };
  const training = pickFields(config, 'training');
  const name = basename(source) || source;
  return losses.flatMap((loss) =>
    Array.from({ length: seeds }, (_, i) =>
      planRun(name, { data, model, noise, loss, seed: seed + i, training }),
    ),
  );
}

async function makeRuns(
  config: TrainConfig,
  runs: readonly PlannedRun[],
  how: { readonly results: ResultsFolder; readonly keepCheckpoints: boolean },
  { out, err, signal }: Streams,
): Promise<Pick<Outcome, 'records' | 'warnings'>> {
  const { results, keepCheckpoints } = how;
  const [main] = runs as [PlannedRun];
  const ofMain = runs.filter(({ config: { loss } }) => loss === main.config.loss);
  const { threads = ownThreads(runs), device, checkpointEvery: every } = config;
  const { jobs = Math.max(1, Math.floor(availableParallelism() / threads)) } = config;
  const datasets = new DatasetCache(config);
  const reading = new ReadingLine(err);
  const opened = await datasets
    .open(main.config, signal, reading.show)
    .finally(() => reading.clear());
  checkSameData(results.recordsOf(runs), opened.sha256);
  const isPublished = isDatasetName(main.config.data.source);
  const repeats = isPublished
    ? []
    : await finishWithBreaks(repeatsOfRun(opened, main.config), signal);
  const notices = [...opened.data.notices, ...(opened.test?.notices ?? []), ...repeats];
  for (const line of notices) out.write(`${line}\n`);
  const execute = inProcessExecutor(datasets, {
    ...{ jobs, threads, device, throwFailures: true },
    checkpoints: { folder: results.checkpoints, unfit: 'refuse', ...(every && { every }) },
    models: { folder: results.models, only: ofMain.map(({ id }) => id) },
  });
  const shown = withProgress(execute, results, { total: runs.length, jobs, err });
  await results.executor(shown, keepCheckpoints)(runs, { onRecord: () => {}, signal });
  return {
    records: results.recordsOf(runs),
    warnings: warningsAmong(notices),
  };
}

/**
 * One thread for each run; runs that choose their loss take all cores, for models that are trained at the same time. That
 * changes no result.
 */
function ownThreads(runs: readonly PlannedRun[]): number {
  const areChosen = runs.every(({ config: { loss } }) => loss === autoLoss);
  return areChosen ? Math.max(1, Math.floor(availableParallelism() / runs.length)) : 1;
}

/** @throws SymlossError where runs that have ended were made with other data */
function checkSameData(records: readonly RunRecord[], sha256: string): void {
  const other = records.find((record) => record.status === 'done' && record.data.sha256 !== sha256);
  if (other?.status !== 'done') return;
  const { source } = other.config.data;
  const expected = `the data of the runs that have ended, with sha256 ${other.data.sha256}`;
  throw new SymlossError(source, expected, sha256, {
    hint: `resume with the same data, or start anew with ${field('overwrite')}`,
    kind: 'failure',
  });
}

interface Outcome {
  readonly losses: readonly string[];
  readonly runs: readonly PlannedRun[];
  readonly records: readonly RunRecord[];
  /** Of the data, one plain line each. */
  readonly warnings: readonly string[];
  readonly keepCheckpoints: boolean;
}

/**
 * Writes the files, and prints the table, last: neither it nor the report keeps the model from being written. Without its report
 * a command can be gone on with.
 */
async function writeResults(
  config: TrainConfig,
  { losses, runs, records, warnings, keepCheckpoints }: Outcome,
  { out }: Streams,
): Promise<boolean> {
  const kept = bestRun(records.filter(({ config }) => config.loss === losses[0]));
  const lines = reportLines(records, kept);
  for (const line of lines) out.write(`${line}\n`);
  const model = runs.find(({ id }) => id === kept.id) as PlannedRun;
  const [report] = await Promise.allSettled([
    renderReport(
      records,
      kept.status === 'done' ? { model: { record: kept, lines: [...warnings, ...lines] } } : {},
    ),
  ]);
  await finishTrainFolder(config.out, {
    files: {
      [resultFiles.metrics]: jsonText(metricsOf(records, losses, warnings)),
      ...(report.status === 'fulfilled' && { [resultFiles.report]: report.value }),
      [resultFiles.config]: jsonText({ ...configFormat, ...config }),
    },
    model: kept.status === 'done' ? model : undefined,
    keepCheckpoints: keepCheckpoints || report.status === 'rejected',
  });
  const outcome =
    kept.status === 'failed'
      ? `no model: ${kept.error}`
      : `model of ${kept.config.loss}, seed ${kept.config.seed}: ${join(config.out, modelFiles.network)}`;
  if (report.status === 'rejected') {
    out.write(`${outcome}\n`);
    throw report.reason;
  }
  out.write(`\n${comparisonTable(records, losses)}\n\n${outcome}\n`);
  return kept.status === 'done';
}

/**
 * Of the runs of a loss, by seed, that whose model is best on the validation labels: by accuracy, or, where `auto` compared losses so,
 * by their likelihood. Without any of these the first that ended well.
 */
function bestRun(records: readonly RunRecord[]): RunRecord {
  const onValidation = (record: RunRecord): number => {
    if (record.status !== 'done') return Number.NEGATIVE_INFINITY;
    const { auto, last } = record;
    return auto?.losses[auto.chosen]?.logLikelihood ?? last.validationAccuracy ?? 0;
  };
  return records.reduce((best, record) =>
    onValidation(record) > onValidation(best) ? record : best,
  );
}

function withDemonstration(config: TrainConfig): TrainConfig {
  if (config.source !== undefined) return config;
  for (const key of dataFields) {
    if (config[key] === undefined) continue;
    throw new SymlossError(field(key), 'a data file before it', 'none', {
      hint: `symloss train data.csv ${field('label', '<column>')}`,
    });
  }
  return {
    ...config,
    noise: config.noise ?? demonstrationNoise,
    compare: config.compare ?? (canonicalLoss(config.loss) === baseline ? [] : [baseline]),
  };
}

function checkRepeats(losses: readonly string[]): void {
  const repeated = losses.find((loss, i) => losses.indexOf(loss) !== i);
  if (repeated === undefined) return;
  throw new SymlossError('losses', 'each once', `${repeated} twice`, {
    hint: `leave it out of ${field('compare')}`,
  });
}
