import { columnNoise } from '../train/index.ts';
import type { TrainConfig } from './config.ts';
import { optionName } from './config.ts';

/** A configuration with `--noise column:other` as the columns that it stands for. */
export function withColumnNoise(config: TrainConfig): TrainConfig {
  const { noise, label, trueLabel, ...rest } = config;
  const columns = columnNoise({ noise, label, trueLabel, nameOf: optionName });
  return columns === undefined ? config : { ...rest, ...columns };
}
