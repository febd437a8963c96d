import { join } from 'node:path';
import { either, field, SymlossError, show } from '../core/index.ts';
import type {
  AddedColumn,
  OpenOptions,
  RelabelledSource,
  Relabelling,
} from '../data/formats/index.ts';
import { relabelledSource } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { checkOutputs, writeWhole } from '../io/index.ts';
import { columnNoise } from '../run/column-noise.ts';
import { pickFields } from '../run/config.ts';
import type { FieldValues } from '../run/fields.ts';
import { inputFiles } from '../run/input-files.ts';
import type { AuditFolder } from './audit-folder.ts';
import { auditFiles, readAuditFolder } from './audit-folder.ts';
import type { CorrectionRules, Corrections } from './corrections.ts';
import { correctLabels } from './corrections.ts';
import type { AuditedData } from './data.ts';
import { openAuditedData, withAuditedLabels } from './data.ts';
import type { Decision } from './decisions.ts';
import { decisionsFile } from './decisions.ts';
import { readDecisions } from './decisions-file.ts';
import { mergedLabels } from './merged-labels.ts';

/** What is made of an audit. */
export interface ApplyOptions extends Omit<CorrectionRules, 'weights'> {
  /** The folder of the audit. */
  readonly audit: string;
  /** File to write, in the format of the data. Default: none is written. */
  readonly out?: string | undefined;
  /** Whether an earlier file may be replaced; what is read never is. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Name of a column to add: how probably the label is right. Default: none is added. */
  readonly weights?: string | undefined;
  /** Of the machine that reads the data. */
  readonly machine?: FieldValues<'machine'>;
  /** Data to test on, which are not written over. */
  readonly test?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OpenOptions['onProgress'];
}

/** Labels that follow from an audit, ready to be written and measured. */
export interface Applied {
  readonly audit: AuditFolder;
  readonly audited: AuditedData;
  /** With the labels that were audited. */
  readonly data: Dataset;
  readonly decisions: readonly Decision[];
  /** What reading the decisions had to do, one plain line each. */
  readonly notices: readonly string[];
  readonly corrections: Corrections;
  /** Writes the data with the new labels. @returns what to train with on them; `undefined` without `out` */
  write(): Promise<FieldValues | undefined>;
}

/**
 * Corrects the labels of an audit's data as people decided and by rules. Nothing is written before `write`.
 * @throws SymlossError where the data cannot be written with other labels, or not there; and as `correctLabels` does
 */
export async function applyDecisions(options: ApplyOptions): Promise<Applied> {
  const { signal, relabel, drop, weights } = options;
  const audit = await readAuditFolder(options.audit);
  const target = await targetOf(options, audit);
  const config = { ...audit.config, ...options.machine };
  const audited = await openAuditedData(config, signal, options.onProgress);
  const data = withAuditedLabels(audited);
  refuseLabels(audit, data, weights);
  const { sha256 } = audited;
  const { decisions, notices } = await readDecisions(join(options.audit, decisionsFile));
  if (weights !== undefined) await target?.source.checkAdded(weightsColumn(weights));
  const rules = { relabel, drop, weights: weights !== undefined };
  const corrections = correctLabels({ audit, data, sha256, decisions, ...rules });
  refuseDropped(audit, corrections);
  const write = async () => target && writeLabels(options, { audit, data, corrections, target });
  return { audit, audited, data, decisions, notices, corrections, write };
}

interface Target {
  readonly source: RelabelledSource;
  /** The label column. */
  readonly label: string | undefined;
}

/** @throws SymlossError where the data cannot be written with other labels, or not there */
async function targetOf(
  { audit: folder, out, test, overwrite, signal }: ApplyOptions,
  { config }: AuditFolder,
): Promise<Target | undefined> {
  if (out === undefined) return undefined;
  const column = columnNoise(config.noise, config);
  const noise = config.noise ?? 'unknown';
  if (column === undefined && noise !== 'unknown' && noise !== 'none') {
    const expected = `nothing: the labels of the audit are those of the data with noise (${noise}), which no file holds`;
    throw new SymlossError(field('out'), expected, show(out), {
      hint: either(
        `measure without writing (${field('retrain')})`,
        'audit a file that symloss corrupt wrote',
      ),
    });
  }
  const source = await relabelledSource(config.source, out, {
    ...{ labelsFile: config.labelsFile, signal },
    otherwise:
      `measure what other labels gain without writing them (${field('retrain')}); ` +
      `the suspect rows and the labels suggested for them are in ${join(folder, auditFiles.suspects)}`,
  });
  const read = await inputFiles({ ...config, ...(test !== undefined && { test }) });
  const own = [...Object.values(auditFiles), decisionsFile].map((name) => join(folder, name));
  await checkOutputs([out], { inputs: [...read, ...source.files, ...own], replace: overwrite });
  return { source, label: column?.label ?? config.label };
}

/** @throws SymlossError where rows have no label of their own, or have weights already */
function refuseLabels(audit: AuditFolder, data: Dataset, weights: string | undefined): void {
  const merged = mergedLabels(audit, data);
  if (merged !== undefined) {
    const expected = 'an audit of labels, one for each row';
    throw new SymlossError(audit.folder, expected, merged.of, { hint: merged.hint });
  }
  if (weights === undefined || data.sampleWeights === undefined) return;
  const own = weightColumn(audit.config);
  const received = own === undefined ? 'weights' : `the weights ${show(own)}`;
  throw new SymlossError(field('weights'), 'data without weights of their own', received, {
    hint: 'leave it out, or audit the data without these weights first',
  });
}

/** The column of weights that data have, as an option or a file of columns names it. */
function weightColumn({ weight, columns = {} }: AuditFolder['config']): string | undefined {
  return weight ?? Object.keys(columns).find((column) => columns[column] === 'weight');
}

/** Vectors in a file of their own have a row for each row of the table. */
function refuseDropped({ config }: AuditFolder, { dropped }: Corrections): void {
  if (dropped.size === 0 || config.embedding === undefined) return;
  const expected = `no row left out, since the vectors of ${field('embedding')} are in files of their own`;
  throw new SymlossError(field('drop'), expected, `${dropped.size}`, {
    hint: `leave it out, or write ${field('weights')}`,
  });
}

async function writeLabels(
  { out: file = '', weights, overwrite = false }: ApplyOptions,
  {
    audit: { config },
    data,
    corrections,
    target: { source, label },
  }: Pick<Applied, 'audit' | 'data' | 'corrections'> & { readonly target: Target },
): Promise<FieldValues> {
  const changes = relabellingOf(data, corrections, { label, weights });
  await writeWhole(file, await source.content(changes), { replace: overwrite });
  const written = source.writes === 'source' ? { source: file } : { labelsFile: file };
  return {
    ...pickFields(config, 'data', 'training'),
    ...(config.loss !== undefined && { loss: config.loss }),
    ...{ model: config.model, validation: undefined },
    ...(columnNoise(config.noise, config) && { noise: config.noise }),
    ...written,
    ...(source.label !== undefined && { label: source.label }),
    ...(source.test !== undefined && { test: source.test }),
    ...(corrections.weights && { weight: weights }),
  };
}

/** The column that is added, in which all rows weigh the same so far. */
function weightsColumn(name: string): AddedColumn {
  return { name, option: 'weights', role: 'column of weights', cell: () => 1 };
}

/** Corrections by rows of the source. */
function relabellingOf(
  { labels: before, sourceRows, classes }: Dataset,
  { labels, changed, dropped, weights }: Corrections,
  names: { readonly label: string | undefined; readonly weights: string | undefined },
): Relabelling {
  const sourceRow = (row: number): number => sourceRows?.[row] ?? row;
  const rowOf = classes.map((_, label) => before.indexOf(label));
  const ofSource = new Map(
    weights && Array.from(weights, (weight, row) => [sourceRow(row), weight]),
  );
  const added: AddedColumn | undefined = weights && {
    ...weightsColumn(names.weights ?? ''),
    cell: (row) => Number((ofSource.get(row) ?? 1).toPrecision(6)),
  };
  return {
    label: names.label,
    labels: new Map(
      Array.from(changed.keys(), (row) => [
        sourceRow(row),
        sourceRow(rowOf[labels[row] as number] as number),
      ]),
    ),
    dropped: new Set(Array.from(dropped.keys(), sourceRow)),
    added,
  };
}
