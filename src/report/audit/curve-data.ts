import type { CurvePoint } from '../../audit/index.ts';
import { precisionCurve } from '../../audit/index.ts';
import type { DatasetAudit } from '../../run/index.ts';
import type { AuditData } from '../audit-data.ts';

/** What the page's curve is drawn from: as long as twice the list, or the labels that are expected to be wrong. */
export function auditData(audit: DatasetAudit): AuditData {
  const { pWrong, suspects, wrongShare, labels, trueLabels } = audit;
  const n = pWrong.length;
  const expected = Math.ceil(1.5 * n * wrongShare);
  const most = Math.min(n, Math.max(20, 2 * suspects.rows.length, expected));
  const isWrong =
    trueLabels && Int32Array.from(labels, (label, row) => (label === trueLabels[row] ? 0 : 1));
  const curve: readonly CurvePoint[] = precisionCurve(pWrong, {
    most,
    ...(isWrong && { isWrong }),
  });
  return { list: suspects.rows.length, curve };
}
