import type { AveragedFit } from '../calibration/averaged.ts';
import { calibrationInPieces } from '../calibration/calibrate.ts';
import type { Calibration } from '../calibration/index.ts';
import { finishWithBreaks } from '../core/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import type { JobResult, Parts } from './job.ts';

export interface CalibratePartsOptions {
  /** What was estimated of the validation part already: see `CalibrateOptions`. */
  readonly estimated?: AveragedFit | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calibrates a run on its validation part's labels as given, and measures it on its test part.
 * The thread is not blocked while it calibrates.
 * @param noise that was added to the labels; its matrix, where it has one, is then known
 * @throws the signal's reason when it is aborted
 */
export async function calibrateParts(
  scores: JobResult['scores'],
  { validation, test }: Parts,
  classes: readonly string[],
  noise: LabelNoise | undefined,
  { estimated, signal }: CalibratePartsOptions = {},
): Promise<Calibration> {
  const classCount = classes.length;
  const rows = (own: Float32Array | undefined, labels: Int32Array | undefined) =>
    own && labels && { scores: own, labels };
  const pieces = calibrationInPieces({
    classCount,
    validation: rows(scores.validation, validation?.labels),
    test: rows(scores.test, test?.trueLabels ?? test?.labels),
    transition: validation && noise?.transition(classCount, { classes }),
    estimated,
  });
  return finishWithBreaks(pieces, signal);
}
