import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { badImageRules, datasetNames } from '../data/formats/index.ts';
import { splitSpecs } from '../losses/index.ts';
import { noiseNames } from '../noise/index.ts';
import { devices } from '../runtime/index.ts';
import { list, number } from './arguments.ts';
import { runGrid } from './bench.ts';
import { benchCommand } from './bench-command.ts';
import type { CheckCommandOptions } from './check.ts';
import { runCheck } from './check.ts';
import { resumedConfig } from './checkpoints.ts';
import { withColumnNoise } from './column-noise.ts';
import type { TrainConfigInput } from './config.ts';
import { checkConfig, readConfig } from './config.ts';
import type { CorruptOptions } from './corrupt.ts';
import { runCorrupt } from './corrupt.ts';
import type { LossesOptions } from './losses.ts';
import { runLosses } from './losses.ts';
import type { PredictOptions } from './predict.ts';
import { runPredict } from './predict.ts';
import type { QueueCommandOptions } from './queue.ts';
import { runQueueDrain, runQueueStatus } from './queue.ts';
import { sweepCommand } from './sweep-command.ts';
import type { TrainStreams } from './train.ts';
import { runTrain } from './train.ts';
import { tuneCommand } from './tune-command.ts';
import { tuneRuns } from './tune-runs.ts';
import type { WorkerCommandOptions } from './worker.ts';
import { runWorker } from './worker.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const dataForms =
  'Parquet, .npy, .npz or IDX file, folder of MNIST or CIFAR files or of class folders';

/** The command line: parses and calls. Exit codes are `main`'s. */
export function buildProgram(streams: TrainStreams, onExitCode: (code: number) => void): Command {
  const program = new Command('symloss')
    .description('Trains classifiers that survive wrong labels, and hands you ONNX models.')
    .version(version)
    .option('--debug', 'show the stack of an error')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.out.write(text),
      writeErr: (text) => streams.err.write(text),
      outputError: () => {}, // `main` reports every error in one form
    });
  program.addCommand(trainCommand(streams, onExitCode));
  program.addCommand(predictCommand(streams));
  program.addCommand(benchCommand(streams, onExitCode));
  program.addCommand(sweepCommand((grid, options) => runGrid(grid, options, streams), onExitCode));
  program.addCommand(tuneCommand(streams, tuneRuns(streams)));
  program.addCommand(corruptCommand(streams));
  program.addCommand(lossesCommand(streams));
  program.addCommand(checkCommand(streams));
  program.addCommand(workerCommand(streams));
  program.addCommand(queueCommand(streams));
  for (const command of program.commands) {
    command.copyInheritedSettings(program);
    for (const part of command.commands) part.copyInheritedSettings(program);
  }
  return program;
}

function trainCommand(streams: TrainStreams, onExitCode: (code: number) => void): Command {
  return new Command('train')
    .description(
      'Train a network on data with wrong labels. Without data: the bundled UCI digits with 40 % wrong labels, beside cross-entropy.',
    )
    .argument('[data]', `CSV, ${dataForms}, or digits, ${datasetNames.join(', ')}`)
    .option('--label <column>', 'column of the labels; fine or coarse for CIFAR-100')
    .option('--true-label <column>', 'column of the true labels, to measure against')
    .option('--features <columns>', 'feature columns, separated by commas', list)
    .option('--ignore <columns>', 'columns to leave out, separated by commas', list)
    .addOption(
      new Option(
        '--missing <rule>',
        'missing cells: an error, the mean, or leave the row out',
      ).choices(['error', 'mean', 'drop']),
    )
    .option('--data <folder>', 'where a data set that is given by name lies')
    .option('--image-column <column>', 'column of the images in a Parquet file (image, img)')
    .option('--image-size <size>', 'scale and crop images to 32 × 32 (32) or 32x48', imageSize)
    .addOption(badImages())
    .option('--labels-file <file>', 'labels (.npy, IDX) for a .npy or IDX file')
    .option('--memory-limit <GiB>', 'larger images stay in a file (4)', number)
    .option('--cache <folder>', 'folder of such files; default: .symloss-cache beside the data')
    .option(
      '--test <data>',
      'data to test on; otherwise their own test part or a share of the rows',
    )
    .option('--test-labels-file <file>', 'labels for test data of a .npy or IDX file')
    .option('--test-share <share>', 'share of the rows to test on (0.2)', number)
    .option('--validation <share>', 'share of the other rows to validate on (0.1)', number)
    .option(
      '--noise <spec>',
      `noise to add to the labels, such as symmetric:0.4; ${noiseNames.join(', ')}`,
    )
    .option('--loss <spec>', 'loss of the model that is kept (sgce:q=0.7)')
    .option('--compare <specs>', 'losses to train beside it, such as ce,gce:q=0.7', splitSpecs)
    .option('--model <spec>', 'linear, mlp:256,128; for images cnn4, cnn8, resnet18, … (mlp:256)')
    .addOption(
      new Option('--scores <kind>', 'score normalisation; default: what the loss needs').choices([
        'none',
        'l2',
        'batch',
      ]),
    )
    .option('--score-scale <factor>', 'what normalised scores are multiplied by (1)', number)
    .option('--optimizer <spec>', 'sgd, sgd:momentum=0.9,nesterov=true or adamw (sgd)')
    .option('--augment <steps>', 'change training images: crop:4,flip,cutout:8 (none)')
    .option('--learning-rate <rate>', '0.05 for sgd, 0.001 for adamw', number)
    .option('--weight-decay <decay>', 'default: by the number of rows', number)
    .option('--schedule <spec>', 'cosine, constant or step:0.5,0.75 (cosine)')
    .option('--warmup <epochs>', 'epochs of rising rate (0)', number)
    .option('--clip-norm <norm>', 'largest norm of the gradient (5)', number)
    .option('--epochs <count>', 'passes over the data (60)', number)
    .option('--batch-size <rows>', 'rows of a step; default: by the number of rows', number)
    .option('--seeds <count>', 'runs of each loss, with seeds one apart (1)', number)
    .option('--seed <seed>', 'the first seed (1)', number)
    .option('--jobs <count>', 'runs at the same time; default: one per core', number)
    .option('--threads <count>', 'threads of one run (1)', number)
    .addOption(new Option('--device <name>', 'where to train (cpu)').choices(devices))
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
    .action(async (data: string | undefined, options: Record<string, unknown>) => {
      const { keepCheckpoints, resume, data: dataFolder, ...rest } = options;
      const how = { overwrite: rest.overwrite === true, keepCheckpoints: keepCheckpoints === true };
      if (typeof resume === 'string') {
        const config = await resumedConfig(resume, { ...rest, data, dataFolder });
        if (!(await runTrain(config, { ...how, resume: true }, streams))) onExitCode(1);
        return;
      }
      const { config: file, overwrite: _, ...named } = rest;
      const given: Record<string, unknown> = {
        ...named,
        ...(dataFolder !== undefined && { dataFolder }),
      };
      const base = file === undefined ? {} : ((await readConfig(file as string)) as object);
      if (file !== undefined) checkConfig(base, file as string);
      const merged: TrainConfigInput = { ...base, ...given, ...(data !== undefined && { data }) };
      const config = withColumnNoise(checkConfig(merged));
      if (!(await runTrain(config, how, streams))) onExitCode(1);
    });
}

function predictCommand(streams: TrainStreams): Command {
  return new Command('predict')
    .description('Predict the rows of a CSV file, or images, with a trained model.')
    .argument('<model>', 'folder that train wrote')
    .argument('<data>', `CSV file with the columns of the model; ${dataForms}`)
    .option('--out <file>', 'CSV file to write; default: standard output')
    .option('--probs', 'add the probability of every class', false)
    .addOption(
      new Option(
        '--missing <rule>',
        'missing cells: an error, the mean, or leave the row out',
      ).choices(['error', 'mean', 'drop']),
    )
    .option('--data <folder>', 'where a data set that is given by name lies')
    .addOption(
      new Option('--part <part>', 'of images in two parts: which one (train)').choices([
        'train',
        'test',
      ]),
    )
    .option('--image-column <column>', 'column of the images in a Parquet file (image, img)')
    .addOption(badImages())
    .action((model: string, source: string, given: Record<string, unknown>) => {
      const { data: folder, ...options } = given;
      const own = options as unknown as Omit<PredictOptions, 'model' | 'data'>;
      return runPredict(
        { ...own, model, data: source, ...(folder !== undefined && { folder: folder as string }) },
        streams,
      );
    });
}

function corruptCommand(streams: TrainStreams): Command {
  return new Command('corrupt')
    .description('Write a CSV file with noisy labels, and the labels as they were beside them.')
    .argument('<data>', 'CSV file with a header line')
    .requiredOption('--label <column>', 'column of the labels')
    .requiredOption('--noise <spec>', 'symmetric:0.4, asymmetric:0.3,map=mnist, pair:0.3, …')
    .requiredOption('--out <file>', 'CSV file to write')
    .option('--seed <seed>', 'seed of the noise (1)', number)
    .option('--true-label <column>', 'new column for the labels as they were (true_<label>)')
    .option('--features <columns>', 'features of instance noise; default: all numbers', list)
    .option('--ignore <columns>', 'columns that are no features', list)
    .option('--overwrite', 'replace an earlier file', false)
    .action((data: string, options: Omit<CorruptOptions, 'data'>) =>
      runCorrupt({ ...options, data }, streams),
    );
}

function lossesCommand(streams: TrainStreams): Command {
  return new Command('losses')
    .description('List the losses: formulas, parameters with ranges and defaults, sources.')
    .option('--json', 'print them as JSON', false)
    .action((options: LossesOptions) => runLosses(options, streams));
}

function checkCommand(streams: TrainStreams): Command {
  return new Command('check')
    .description('Measure the properties of a loss that decide how it takes wrong labels.')
    .argument('<loss>', 'loss, such as ce, sgce:q=0.4 or symmetrize(gce:q=0.7)')
    .option('--classes <count>', 'number of classes', number, 10)
    .option('--noise-rate <rate>', 'share of labels that uniform noise makes wrong', number, 0.4)
    .option('--seed <seed>', 'seed of the scores that are tried', number, 1)
    .option('--json', 'print the report as JSON', false)
    .action((loss: string, options: CheckCommandOptions) => runCheck(loss, options, streams));
}

function workerCommand(streams: TrainStreams): Command {
  return new Command('worker')
    .description('Make the runs of a queue, which bench --queue fills, until it is stopped.')
    .addOption(queueOption())
    .option('--queue-name <name>', 'which queue there (runs)')
    .option('--concurrency <count>', 'runs at the same time (1)', number)
    .option('--threads <count>', 'threads of one run; default: the cores, shared out', number)
    .addOption(new Option('--device <name>', 'where to train (cpu)').choices(devices))
    .option('--data <folder>', 'where data sets and files of the grid lie')
    .option('--grace <seconds>', 'when stopped, time for current runs to finish (5)', number)
    .option('--lost-after <seconds>', 'silence after which a worker counts as lost (60)', number)
    .action((options: WorkerCommandOptions) => runWorker(options, streams));
}

function queueCommand(streams: TrainStreams): Command {
  const status = new Command('status')
    .description('What waits, what runs where, and what has ended.')
    .addOption(queueOption())
    .option('--queue-name <name>', 'which queue there (runs)')
    .option('--json', 'print it as JSON', false)
    .action((options: QueueCommandOptions) => runQueueStatus(options, streams));
  const drain = new Command('drain')
    .description('Take the runs that wait off; those that run are finished.')
    .addOption(queueOption())
    .option('--queue-name <name>', 'which queue there (runs)')
    .option('--results', 'also forget ended runs, which are kept for a week', false)
    .action((options: QueueCommandOptions) => runQueueDrain(options, streams));
  return new Command('queue')
    .description('Look into a queue of runs, or empty it.')
    .addCommand(status)
    .addCommand(drain);
}

function queueOption(): Option {
  return new Option(
    '--queue <url>',
    'redis://[[user]:password@]host[:port][/database]; rediss:// for TLS',
  ).env('SYMLOSS_QUEUE');
}

function badImages(): Option {
  const text = 'images that cannot be decoded: an error, or left out (fail)';
  return new Option('--bad-images <rule>', text).choices([...badImageRules]);
}

function imageSize(text: string): number | [number, number] {
  const [, height, width] = /^(\d+)(?:x(\d+))?$/.exec(text) ?? [];
  if (height === undefined) {
    throw new InvalidArgumentError('Expected a size such as 32, or height x width such as 32x48.');
  }
  return width === undefined ? Number(height) : [Number(height), Number(width)];
}
