import { shellWord } from '../core/index.ts';
import { canRelabel, standardInput } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import type { AuditConfig } from '../review/index.ts';
import { columnNoise } from '../run/column-noise.ts';

/** What can be done with the list of an audit, by what its labels are: one line without a full stop. */
export async function nextStep(
  config: AuditConfig,
  { annotations, softLabels }: Dataset,
  signal: AbortSignal | undefined,
): Promise<string> {
  const folder = shellWord(config.out);
  if (config.source === standardInput) {
    return 'save the data to a file, and audit that, to review or correct its labels: standard input cannot be read again';
  }
  if (annotations !== undefined || softLabels !== undefined) {
    return 'to review or correct labels, add the column "given" of rows.parquet to the data, and audit that column';
  }
  const review = `symloss review ${folder} asks about them one by one`;
  const sure = `symloss apply ${folder} --relabel 0.95`;
  const { noise = 'unknown' } = config;
  const isAdded =
    columnNoise(noise, config) === undefined && noise !== 'unknown' && noise !== 'none';
  return isAdded || !(await canRelabel(config.source, { signal }))
    ? `${review}, ${sure} --retrain measures what correcting the sure ones gains`
    : `${review}, ${sure} --out <file> corrects the sure ones`;
}
