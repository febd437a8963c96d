import type { AuditDatasetOptions, DatasetAudit } from '../run/audit-on.ts';
import { auditDatasetOn } from '../run/audit-on.ts';
import { webPlatform } from './platform.ts';

/**
 * Finds wrong labels of a dataset in the page, as `auditDataset` of `symloss/run` does in Node.
 * @throws SymlossError for wrong options, data or probabilities, and as `train` does
 * @example
 * const { suspects, suggested } = await auditDataset({ data: fromArrays({ features, labels }) });
 */
export function auditDataset(options: AuditDatasetOptions): Promise<DatasetAudit> {
  return auditDatasetOn(webPlatform, options);
}
