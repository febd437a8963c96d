import { join } from 'node:path';
import { SymlossError } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import {
  checkDecisions,
  decisionsFile,
  readAuditFolder,
  readDecisions,
  rowsByNumber,
} from '../review/index.ts';
import { formatCount } from './ui/format.ts';

/**
 * What is said of decisions that lie in the folder of an audit that was just written: whether they are on its rows.
 * @param data as `openAuditedData` reads them
 * @returns plain lines, none where nothing is decided
 */
export async function earlierDecisions(folder: string, data: Dataset): Promise<readonly string[]> {
  const path = join(folder, decisionsFile);
  try {
    const { decisions } = await readDecisions(path);
    if (decisions.length === 0) return [];
    const audit = await readAuditFolder(folder);
    checkDecisions(decisions, { audit, ...rowsByNumber(audit, data) }, () => path);
    const what = decisions.length === 1 ? 'decision counts' : 'decisions count';
    return [
      `${path} of an earlier review is kept: ${formatCount(decisions.length)} ${what} here, too`,
    ];
  } catch (error) {
    if (!(error instanceof SymlossError)) throw error;
    return [
      `warning: ${path} has decisions of an earlier audit that do not fit this one: take it away before you review`,
    ];
  }
}
