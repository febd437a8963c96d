import { applyTemperature } from '../calibration/index.ts';
import type { ModelEvaluation, ModelParts } from '../model/index.ts';
import { evaluateProbs } from '../model/index.ts';
import type { JobResult, Parts } from '../train/job.ts';
import { predictedClasses } from '../train/metrics.ts';

/** How good a run's model is, class by class: on the rows to test on, else on those to validate on. */
export interface RunEvaluation extends ModelEvaluation {
  readonly part: 'test' | 'validation';
}

/**
 * Measures a run's model; `undefined` where it has rows of neither part.
 * @param classShares of a model for balanced accuracy: see `ModelParts.classShares`
 */
export function evaluateRun(
  scores: JobResult['scores'],
  parts: Parts,
  classes: readonly string[],
  { temperature, classShares }: Pick<ModelParts, 'temperature' | 'classShares'>,
): RunEvaluation | undefined {
  const name = parts.test === undefined ? 'validation' : 'test';
  const [part, own] = [parts[name], scores[name]];
  if (part === undefined || own === undefined) return undefined;
  // validation labels are as wrong as those that were trained on, and the model was chosen by them
  const trueLabels = name === 'test' ? part.trueLabels : undefined;
  const k = classes.length;
  const probs = probsOf(own, k, temperature);
  const compared = classShares ? probs.map((p, i) => p / (classShares[i % k] as number)) : own;
  const evaluation = evaluateProbs(
    { indices: predictedClasses(compared, k), probs },
    {
      labels: trueLabels ?? part.labels,
      classes,
      against: trueLabels === undefined ? 'labels' : 'trueLabels',
    },
  );
  return { part: name, ...evaluation };
}

/** Rows whose probabilities are made together: in float64 those of all would take four times the memory. */
const blockRows = 2 ** 16;

function probsOf(scores: Float32Array, k: number, temperature: number): Float32Array {
  const probs = new Float32Array(scores.length);
  for (let start = 0; start < scores.length; start += blockRows * k) {
    const some = Float64Array.from(scores.subarray(start, start + blockRows * k));
    probs.set(applyTemperature(some, k, temperature), start);
  }
  return probs;
}
