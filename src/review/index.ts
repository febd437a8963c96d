export type { AuditedRow, AuditFolder } from './audit-folder.ts';
export { auditedRows, auditFiles, readAuditFolder, rowsParquet } from './audit-folder.ts';
export type { AuditConfig } from './config.ts';
export { auditConfigSchema } from './config.ts';
export type { AuditedData } from './data.ts';
export { openAuditedData, withAuditedLabels } from './data.ts';
