import { parseRecordedTree } from './parse.ts';
import { lossDefinitions } from './registry.ts';
import type { LossRules } from './tree.ts';
import { foldLoss } from './tree.ts';

const fromPaper: LossRules<boolean> = {
  named: ({ name }) => lossDefinitions.get(name)?.fromPaper === true,
  symmetrize: () => true,
  unit: (isFromPaper) => isFromPaper,
  logitClip: (isFromPaper) => isFromPaper,
  sum: (terms) => terms.some(([, isFromPaper]) => isFromPaper),
};

/**
 * Whether a loss, or a term of it, is proposed by the paper on symmetrization, so that it is no
 * baseline. Its spec may name losses that are not registered here: these are baselines.
 */
export function isFromPaper(spec: string): boolean {
  return foldLoss(parseRecordedTree(spec), fromPaper);
}
