import type { Command } from 'commander';
import { splitSpecs } from '../core/index.ts';
import type { DataEntry, SomeTraining } from '../experiments/index.ts';
import { pickFields } from '../run/config.ts';
import { fields } from '../run/fields.ts';
import type { MakingOptions } from './make-runs.ts';
import { addMaking } from './make-runs.ts';
import { addFields, fieldOption, fieldsOf } from './ui/options.ts';

/** Options of commands that make a grid of one data set and one model, beside the fields of its runs. */
export interface MadeGridOptions extends MakingOptions {
  readonly losses?: readonly string[];
  readonly noises: readonly string[];
}

const usualNoises = ['symmetric:0.2', 'symmetric:0.4', 'symmetric:0.6'];

/** Adds these options and those of the fields to a command. */
export function addMadeGrid(command: Command): Command {
  command
    .option('--losses <specs>', 'losses, such as ce,gce:q=0.7', splitSpecs)
    .option('--noises <specs>', 'noises', splitSpecs, usualNoises)
    .addOption(fieldOption('model'));
  // where losses have parameters or rates to try, none is chosen
  addFields(command, ['data', 'training'], { except: ['effort'] });
  return addMaking(command);
}

/** The parts of the grid that the options describe. */
export function madeGrid(source: string, options: MadeGridOptions) {
  const values = fieldsOf({ ...options });
  const data: DataEntry = { ...pickFields(values, 'data'), source };
  const training: SomeTraining = pickFields(values, 'training');
  return { data, training, model: values.model ?? fields.model.default, noises: options.noises };
}
