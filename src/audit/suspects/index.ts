export type { CurvePoint } from './curve.ts';
export { precisionCurve } from './curve.ts';
export type { Detection } from './detection.ts';
export { averagePrecision, detectionOf } from './detection.ts';
export type { LabelPosterior } from './posterior.ts';
export { classPosteriors, labelPosterior, posteriorSummary } from './posterior.ts';
export type { Suspects } from './suspects.ts';
export { suspectsOf } from './suspects.ts';
export { posteriorWithTraining } from './with-training.ts';
