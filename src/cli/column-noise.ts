import { SymlossError } from '../core/index.ts';
import { noiseColumn } from '../noise/index.ts';
import type { TrainConfig } from './config.ts';
import { optionName } from './config.ts';

/**
 * `--noise column:other` as what it stands for: the labels are those of the other column, and those
 * of the label column are the true ones.
 * @throws SymlossError without data and label, or with true labels of another column
 */
export function withColumnNoise(config: TrainConfig): TrainConfig {
  const { noise, label, trueLabel, ...rest } = config;
  const column = noise === undefined ? undefined : noiseColumn(noise);
  if (column === undefined) return config;
  if (label === undefined) {
    throw new SymlossError(optionName('label'), 'the column of the true labels', 'nothing', {
      hint: `${noise} takes the labels of a data file from another column`,
    });
  }
  if (trueLabel !== undefined) {
    throw new SymlossError(optionName('trueLabel'), `nothing beside ${noise}`, trueLabel, {
      hint: 'with column noise the label column holds the true labels',
    });
  }
  return { ...rest, label: column, trueLabel: label };
}
