import { trainAuto } from './auto/index.ts';
import type { Platform } from './platform.ts';
import { trainOnce } from './train-once.ts';
import type { Trained } from './trained.ts';
import type { TrainingOptions } from './training-options.ts';
import { choosesLoss } from './training-options.ts';

/** `train` on some platform. The options are taken as checked. */
export function trainOn(platform: Platform, options: TrainingOptions): Promise<Trained> {
  return choosesLoss(options) ? trainAuto(platform, options) : trainOnce(platform, options);
}
