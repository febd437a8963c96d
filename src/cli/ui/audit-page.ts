import { basename } from 'node:path';
import type { Dataset } from '../../data/index.ts';
import type { AuditReport } from '../../report/index.ts';
import { renderAuditReport } from '../../report/index.ts';
import { fieldNames } from '../../run/fields.ts';
import type { Measuring } from './audit-report.ts';
import type { ListedAudit } from './suspects-file.ts';
import { reasonOf } from './suspects-file.ts';

export interface AuditedData extends Measuring, Pick<AuditReport, 'findings' | 'test'> {
  readonly data: Dataset;
  /** As the audit was configured: what says where things lie on this machine is left out. */
  readonly config: Readonly<Record<string, unknown>> & { readonly source: string };
  readonly sha256: string;
}

/** The content of `report.html`. */
export function auditPage(
  listed: ListedAudit,
  { data, findings, test, basis, against, config, sha256 }: AuditedData,
): Promise<string> {
  const apart = new Set<string>([...fieldNames('machine'), 'out']);
  const shown = Object.entries(config).filter(([name]) => !apart.has(name));
  return renderAuditReport({
    ...{ data, findings, test, basis, against, audit: listed.audit },
    title: `Audit of ${basename(config.source) || config.source}`,
    reasonOf: (row) => reasonOf(listed, row),
    settings: { ...Object.fromEntries(shown), ...listed.audit.settings, 'SHA-256': sha256 },
  });
}
