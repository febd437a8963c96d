import { field, SymlossError } from '../../core/index.ts';
import { parametersOf, parseLoss, withParameter } from '../../losses/index.ts';
import { parsed } from '../../run/faults.ts';
import type { Field, FieldName } from '../../run/fields.ts';
import { fieldNames, fields } from '../../run/fields.ts';
import type { DataEntry, Grid, LossEntry, SomeTraining } from '../grid/schema.ts';

/** The values that are tried where none are given. */
export const sweepValues: Readonly<Record<string, readonly (number | string)[]>> = {
  q: [0.1, 0.2, 0.4, 0.7, 1],
  alpha: [0.01, 0.03, 0.1, 0.3, 1],
  ...Object.fromEntries(
    fieldNames('training').flatMap((name) => {
      const { sweep }: Field = fields[name];
      return sweep === undefined ? [] : [[name, sweep]];
    }),
  ),
};

export interface SweepOptions {
  /** Default: `sweep-<parameter>`. */
  readonly name?: string;
  readonly data: DataEntry;
  readonly model: string;
  readonly losses: readonly string[];
  /** Noise rates to see the sensitivity over. */
  readonly noises: readonly string[];
  /** A parameter of all the losses, such as `q`, or a setting of the training, such as `learningRate`. */
  readonly parameter: string;
  /** Default: `sweepValues` of the parameter. */
  readonly values?: readonly (number | string)[] | undefined;
  readonly seeds: number | readonly number[];
  readonly training: SomeTraining;
}

/**
 * The grid that measures how much one parameter matters: each loss with each of its values, over the
 * noises, all else the same. `scoreScale` is most telling with `scores: l2` in the training; `alpha` of
 * `alpha-mae:form=scale` is a scale of the scores, too, of which its loss takes the size back: MAE(α·z)/α.
 * @throws SymlossError for a parameter that a loss has not, values out of range, or no values
 */
export function sweepGrid(options: SweepOptions): Grid {
  const { data, model, losses, noises, parameter, seeds, training } = options;
  const usual = Object.hasOwn(sweepValues, parameter) ? sweepValues[parameter] : undefined;
  const values = options.values ?? usual;
  if (values === undefined || values.length === 0) {
    const hint = `defaults are known for ${Object.keys(sweepValues).join(', ')}`;
    throw new SymlossError(`sweep of ${parameter}`, 'values to try', 'none', { hint });
  }
  if (new Set(values).size < values.length) {
    throw new SymlossError(`sweep of ${parameter}`, 'each value once', values.join(', '));
  }
  return {
    name: options.name ?? `sweep-${parameter}`,
    description: `Sensitivity to ${parameter} (${values.join(', ')}) over noise.`,
    data: [data],
    models: [model],
    noises: [...noises],
    losses: losses.flatMap((loss) => values.map((value) => entryOf(loss, parameter, value))),
    seeds: typeof seeds === 'number' ? seeds : [...seeds],
    training,
  };
}

function entryOf(loss: string, parameter: string, value: number | string): LossEntry {
  if (!(fieldNames('training') as string[]).includes(parameter)) {
    checkHas(loss, parameter);
    return withParameter(loss, parameter, value);
  }
  const name = parameter as FieldName;
  parsed(fields[name].schema, value, `sweep of ${parameter}`);
  return { loss: parseLoss(loss).spec, training: { [name]: value } };
}

/** @throws SymlossError for a parameter that the loss has not */
function checkHas(loss: string, parameter: string): void {
  const known = parametersOf(loss);
  if (known.includes(parameter)) return;
  throw new SymlossError(
    `sweep of ${parameter}`,
    'losses that have it',
    known.length === 0 ? `${loss}, which has none` : `${loss}, which has ${known.join(', ')}`,
    { hint: `leave it out of ${field('losses')}` },
  );
}
