export type { TfjsLoss, TfjsLossOptions } from './tfjs/loss.ts';
export { tfjsLoss } from './tfjs/loss.ts';
export type { Tfjs } from './tfjs/rules.ts';
