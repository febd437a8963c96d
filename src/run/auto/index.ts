export type { AutoDecision, LossTried, NoiseFound } from './decision.ts';
export type { Effort } from './plans.ts';
export { efforts } from './plans.ts';
export { chooseLoss, trainAuto } from './train-auto.ts';
