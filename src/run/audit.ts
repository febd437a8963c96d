import type { AuditDatasetOptions, DatasetAudit } from './audit-on.ts';
import { auditDatasetOn } from './audit-on.ts';
import { nodePlatform } from './node-platform.ts';

export type { AuditDatasetOptions, DatasetAudit, Neighbours } from './audit-on.ts';

/**
 * Finds wrong labels: every row is predicted by a model that was trained without it, with a loss that resists wrong labels;
 * that is pooled with the labels of the nearest rows, and calibrated for the true class while the noise is estimated; and
 * Bayes' rule says how probable it is that each label is wrong, given what it is.
 *
 * Limits: noise is taken to depend on the class only, and a row that is hard looks like one whose label is wrong. What the
 * models never learn is not found.
 * @throws SymlossError for wrong options, data or probabilities, and as `train` does
 *
 * @example
 * const { suspects, suggested } = await auditDataset({ data, folds: 4 });
 */
export function auditDataset(options: AuditDatasetOptions): Promise<DatasetAudit> {
  return auditDatasetOn(nodePlatform(), options);
}
