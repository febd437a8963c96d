import type { Target } from '../target.ts';
import { arrowTable } from './arrow.ts';
import { auditTargets } from './audit.ts';
import { commandTargets } from './commands.ts';
import { dataTargets } from './data.ts';
import { excelTable } from './excel.ts';
import { fileTargets } from './files.ts';
import { mixedModelTargets } from './mixed-model.ts';
import { reviewTargets } from './review.ts';
import { tableTargets } from './tables.ts';
import { textTargets } from './texts.ts';

export const targets: readonly Target[] = [
  ...dataTargets,
  ...tableTargets,
  arrowTable,
  excelTable,
  ...commandTargets,
  ...fileTargets,
  ...mixedModelTargets,
  ...auditTargets,
  ...reviewTargets,
  ...textTargets,
];
