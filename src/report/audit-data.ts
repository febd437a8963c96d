import type { CurvePoint } from '../audit/index.ts';

/** What the script draws on the page of an audit. Types only: it is embedded as JSON. */
export interface AuditData {
  /** Length of the list of suspects. */
  readonly list: number;
  readonly curve: readonly CurvePoint[];
}
