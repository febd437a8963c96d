import type { Command } from 'commander';
import { Option } from 'commander';
import type { DataEntry, SomeTraining } from '../experiments/grid-schema.ts';
import { splitSpecs } from '../losses/index.ts';
import type { ScoreNormalisation } from '../nn/index.ts';
import { scoreNormalisationNames } from '../nn/index.ts';
import type { Device } from '../runtime/index.ts';
import { devices } from '../runtime/index.ts';
import { number } from './arguments.ts';

/** Where and how the runs of a grid are made: no part of their results. */
export interface RunnerOptions {
  readonly out?: string;
  readonly jobs?: number;
  readonly threads?: number;
  readonly device?: Device;
  /** Folder of data that are given by name. */
  readonly data?: string;
  readonly queue?: string;
}

/** Options of commands that make a grid of one data set and one model. */
export interface MadeGridOptions extends RunnerOptions {
  readonly losses?: readonly string[];
  readonly noises: readonly string[];
  readonly model: string;
  readonly label?: string;
  readonly test?: string;
  readonly rows?: number;
  readonly epochs: number;
  readonly batchSize?: number;
  readonly optimizer?: string;
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly schedule?: string;
  readonly clipNorm?: number;
  readonly scores?: ScoreNormalisation;
  readonly scoreScale?: number;
  readonly augment?: string;
}

/** Adds the options of `MadeGridOptions` to a command. */
export function addGridOptions(command: Command): Command {
  return command
    .option('--losses <specs>', 'losses, such as ce,gce:q=0.7', splitSpecs)
    .option('--noises <specs>', 'noises', splitSpecs, [
      'symmetric:0.2',
      'symmetric:0.4',
      'symmetric:0.6',
    ])
    .option('--model <spec>', 'linear, mlp:256,128; for images cnn4, cnn8, resnet18, …', 'mlp:256')
    .option('--label <column>', 'column of the labels')
    .option('--test <data>', 'data to test on; default: their own test part or a share of the rows')
    .option('--rows <count>', 'train on this many rows; default: all', number)
    .option('--epochs <count>', 'passes over the data', number, 60)
    .option('--batch-size <rows>', 'rows of a step; default: by the number of rows', number)
    .option('--optimizer <spec>', 'sgd, adamw, … (sgd)')
    .option('--learning-rate <rate>', '0.05 for sgd, 0.001 for adamw', number)
    .option('--weight-decay <decay>', 'default: by the number of rows', number)
    .option('--schedule <spec>', 'cosine, constant or step:0.5,0.75 (cosine)')
    .option('--clip-norm <norm>', 'largest norm of the gradient (5)', number)
    .addOption(
      new Option('--scores <kind>', 'score normalisation; default: what the loss needs').choices([
        ...scoreNormalisationNames,
      ]),
    )
    .option('--score-scale <factor>', 'what normalised scores are multiplied by (1)', number)
    .option('--augment <steps>', 'change training images: crop:4,flip (none)')
    .option('--jobs <count>', 'runs at the same time; default: one per core', number)
    .option('--threads <count>', 'threads of one run; default: the cores shared out', number)
    .addOption(new Option('--device <name>', 'where to train (cpu)').choices(devices))
    .option('--data <folder>', 'where data sets that are given by name lie')
    .option('--queue <url>', 'let workers make the runs: redis://host');
}

/** The data that the options name. */
export function dataOf(source: string, { label, test, rows }: MadeGridOptions): DataEntry {
  return {
    source,
    ...(label !== undefined && { label }),
    ...(test !== undefined && { test }),
    ...(rows !== undefined && { rows }),
  };
}

/** The settings of the training that were given. */
export function trainingOf(options: MadeGridOptions): SomeTraining {
  const { epochs, batchSize, optimizer, learningRate, weightDecay, schedule, clipNorm } = options;
  const { scores, scoreScale, augment } = options;
  const rates = { learningRate, weightDecay, schedule, clipNorm, scores, scoreScale, augment };
  const given = Object.entries({ epochs, batchSize, optimizer, ...rates });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** Those of the options that say where and how runs are made. */
export function runnerOf(options: RunnerOptions): RunnerOptions {
  const { out, jobs, threads, device, data, queue } = options;
  const given = Object.entries({ out, jobs, threads, device, data, queue });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
