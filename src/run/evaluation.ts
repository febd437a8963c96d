import { applyTemperature } from '../calibration/index.ts';
import type { ModelEvaluation } from '../model/index.ts';
import { evaluatePredictions } from '../model/index.ts';
import type { JobResult, Parts } from '../train/job.ts';
import { predictedClasses } from '../train/metrics.ts';

/** How good a run's model is, class by class: on the rows to test on, else on those to validate on. */
export interface RunEvaluation extends ModelEvaluation {
  readonly part: 'test' | 'validation';
}

/** Measures a run's model; `undefined` where it has rows of neither part. */
export function evaluateRun(
  scores: JobResult['scores'],
  parts: Parts,
  classes: readonly string[],
  temperature: number,
): RunEvaluation | undefined {
  const name = parts.test === undefined ? 'validation' : 'test';
  const [part, own] = [parts[name], scores[name]];
  if (part === undefined || own === undefined) return undefined;
  // validation labels are as wrong as those that were trained on, and the model was chosen by them
  const trueLabels = name === 'test' ? part.trueLabels : undefined;
  const k = classes.length;
  const probs = Float32Array.from(applyTemperature(Float64Array.from(own), k, temperature));
  const evaluation = evaluatePredictions(
    {
      indices: predictedClasses(own, k),
      probs: Array.from(part.labels, (_, row) => probs.subarray(row * k, (row + 1) * k)),
    },
    {
      labels: trueLabels ?? part.labels,
      classes,
      against: trueLabels === undefined ? 'labels' : 'trueLabels',
    },
  );
  return { part: name, ...evaluation };
}
