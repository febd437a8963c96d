import { parseLoss } from '../losses/index.ts';

/** As a loss: chosen for the data, among a family. */
export const autoLoss = 'auto';

/** A loss as it is written in configurations and tables: `auto`, or the spec in its canonical form. */
export function canonicalLoss(loss: string): string {
  return loss === autoLoss ? autoLoss : parseLoss(loss).spec;
}
