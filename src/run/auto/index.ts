export type { Effort } from './candidates.ts';
export { efforts } from './candidates.ts';
export type { AutoDecision, CandidateTried, NoiseFound } from './decision.ts';
export { trainAuto } from './train-auto.ts';
