import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { field, SymlossError, show } from '../../core/index.ts';
import type { AddedColumn, RelabelledSource, Relabelling } from '../../data/formats/index.ts';
import { relabelledSource } from '../../data/formats/index.ts';
import type { Dataset } from '../../data/index.ts';
import { checkOutputs, writeWhole } from '../../io/index.ts';
import type { AuditedData, AuditFolder, Corrections } from '../../review/index.ts';
import {
  auditFiles,
  compareLabels,
  conflicts,
  correctLabels,
  decisionsFile,
  estimatesByRow,
  openAuditedData,
  readAuditFolder,
  readDecisions,
  withAuditedLabels,
} from '../../review/index.ts';
import { optionalShape, pickFields } from '../../run/config.ts';
import { integer, parsed } from '../../run/faults.ts';
import type { FieldValues } from '../../run/fields.ts';
import { fields } from '../../run/fields.ts';
import { auditLoss, columnNoise } from '../../run/index.ts';
import { inputFiles } from '../input-files.ts';
import type { Streams } from '../make-runs.ts';
import { comparisonLines, correctionLines } from '../ui/apply-report.ts';
import { number } from '../ui/arguments.ts';
import { FoldProgress } from '../ui/fold-progress.ts';
import { addFields, fieldOption, fieldsOf } from '../ui/options.ts';
import { ReadingLine } from '../ui/reading-line.ts';
import { trainCommandLine } from '../ui/train-command.ts';

const testFields = ['test', 'testLabelsFile', 'testEmbedding', 'testShare'] as const;
/** Fields that say how models are trained to measure a gain. */
const retrainFields = [...testFields, 'validation', 'loss', 'model', 'seed'] as const;

const share = z.number().min(0).max(1);
const applyConfigSchema = z.strictObject({
  ...optionalShape('training', 'machine'),
  ...(Object.fromEntries(
    retrainFields.map((name) => [name, fields[name].schema.optional()]),
  ) as Pick<ReturnType<typeof optionalShape<'data' | 'axis'>>, (typeof retrainFields)[number]>),
  audit: z.string().min(1),
  out: z.string().min(1).optional(),
  relabel: share.optional(),
  drop: share.optional(),
  weights: z.string().min(1).optional(),
  retrain: z.boolean().default(false),
  seeds: integer(1, 1000).default(3),
});

export type ApplyConfig = z.infer<typeof applyConfigSchema>;

/** `symloss apply`: the data with corrected labels, and what they are worth. */
export function applyCommand(streams: Streams): Command {
  const command = new Command('apply')
    .description(
      'Write the data of an audit with corrected labels: as people decided (symloss review), and by rules for the other rows. Measure what they gain.',
    )
    .argument('<audit>', 'folder of symloss audit')
    .option('--out <file>', 'file to write, in the format of the data')
    .option(
      '--relabel <probability>',
      'give rows that nobody decided on the suggested class where it is at least so probable',
      number,
    )
    .option(
      '--drop <probability>',
      'leave the other ones out whose label is at least so probably wrong',
      number,
    )
    .option('--weights [column]', 'add a column (weight): how probably the label is right')
    .option('--overwrite', 'replace an earlier file', false)
    .option(
      '--retrain',
      'train with the labels before and after, and compare both on the same test rows',
      false,
    )
    .option('--seeds <count>', 'for --retrain: trainings of each (3)', number);
  for (const name of testFields) command.addOption(fieldOption(name));
  command
    .addOption(fieldOption('validation'))
    .addOption(fieldOption('loss', 'for --retrain: loss of the models; default: that of the audit'))
    .addOption(fieldOption('model', 'network; default: that of the audit'));
  addFields(command, ['training']).addOption(fieldOption('seed', 'the first seed (1)'));
  return addFields(command, ['machine']).action(
    async (audit: string, options: Record<string, unknown>) => {
      const { out, relabel, drop, weights, retrain, seeds, overwrite } = options;
      const own = Object.entries({ audit, out, relabel, drop, retrain, seeds });
      const given = {
        ...fieldsOf(options),
        ...Object.fromEntries(own.filter(([, value]) => value !== undefined)),
        ...(weights !== undefined && { weights: weights === true ? 'weight' : weights }),
      };
      refuseUseless(given);
      await runApply(parsed(applyConfigSchema, given), overwrite === true, streams);
    },
  );
}

/** @throws SymlossError for a setting of trainings where nothing is trained, and where nothing is to be done */
function refuseUseless(given: Readonly<Record<string, unknown>>): void {
  if (given['retrain'] === true) return;
  if (given['out'] === undefined) {
    throw new SymlossError(field('out'), 'a file to write', 'nothing', {
      hint: `or measure without writing: ${field('retrain')}`,
    });
  }
  const training = Object.keys(pickFields(given, 'training'));
  const names = [...retrainFields, 'seeds', ...training];
  const wrong = names.find((name) => given[name] !== undefined);
  if (wrong === undefined) return;
  throw new SymlossError(field(wrong), `${field('retrain')} beside it`, 'nothing', {
    hint: 'without it nothing is trained',
  });
}

/** Corrects the labels of an audit's data, writes them and measures what they gain, as asked. */
export async function runApply(
  config: ApplyConfig,
  overwrite: boolean,
  { out, err, signal }: Streams,
): Promise<void> {
  const audit = await readAuditFolder(config.audit);
  const target = await targetOf(config, audit, { overwrite, signal });
  const reading = new ReadingLine(err);
  const machine = pickFields(config, 'machine');
  const audited = await openAuditedData(
    { ...audit.config, ...machine },
    signal,
    reading.show,
  ).finally(() => reading.clear());
  const data = withAuditedLabels(audited);
  refuseLabels(audit, data, config);
  const { sha256 } = audited;
  const { decisions, notices } = await readDecisions(join(config.audit, decisionsFile));
  for (const notice of notices) out.write(`${notice}\n`);
  const differing = conflicts(decisions).size;
  if (differing > 0) {
    const what = differing === 1 ? '1 row' : `${differing} rows`;
    out.write(`reviewers decided differently on ${what}: the latest decision counts\n`);
  }
  const { relabel, drop } = config;
  const rules = { relabel, drop, weights: config.weights !== undefined };
  const corrections = correctLabels({ audit, data, sha256, decisions, ...rules });
  refuseDropped(audit, corrections);
  for (const line of correctionLines(data, corrections)) out.write(`${line}\n`);
  if (target !== undefined) await write(config, { audit, data, corrections, target }, out);
  const { changed, dropped, weights } = corrections;
  const isSame = changed.size === 0 && dropped.size === 0 && weights === undefined;
  if (config.retrain && isSame) out.write('nothing changes, so that there is nothing to measure\n');
  else if (config.retrain) {
    await retrain(config, { audit, audited, data, corrections }, { out, err, signal });
  }
}

interface Target {
  readonly source: RelabelledSource;
  /** The label column. */
  readonly label: string | undefined;
}

/** @throws SymlossError where the data cannot be written with other labels, or not there */
async function targetOf(
  { audit: folder, out, test }: ApplyConfig,
  { config }: AuditFolder,
  { overwrite, signal }: { readonly overwrite: boolean; readonly signal: AbortSignal | undefined },
): Promise<Target | undefined> {
  if (out === undefined) return undefined;
  const column = columnNoise(config.noise, config);
  const noise = config.noise ?? 'unknown';
  if (column === undefined && noise !== 'unknown' && noise !== 'none') {
    const expected = `nothing: the labels of the audit are those of the data with noise (${noise}), which no file holds`;
    throw new SymlossError(field('out'), expected, show(out), {
      hint: `measure without writing (${field('retrain')}), or audit a file that symloss corrupt wrote`,
    });
  }
  const source = await relabelledSource(config.source, out, {
    ...{ labelsFile: config.labelsFile, signal },
  });
  const read = await inputFiles({ ...config, ...(test !== undefined && { test }) });
  const own = [...Object.values(auditFiles), decisionsFile].map((name) => join(folder, name));
  await checkOutputs([out], { inputs: [...read, ...source.files, ...own], replace: overwrite });
  return { source, label: column?.label ?? config.label };
}

/** @throws SymlossError where rows have no label of their own, or have weights already */
function refuseLabels(
  { folder }: AuditFolder,
  { softLabels, annotations, sampleWeights }: Dataset,
  { weights }: ApplyConfig,
): void {
  const other = annotations ? 'those of several annotators' : softLabels && 'shares of classes';
  if (other) {
    const expected = 'an audit of labels, one for each row';
    throw new SymlossError(folder, expected, other, {
      hint: 'write their consensus as a column, and audit that',
    });
  }
  if (weights === undefined || sampleWeights === undefined) return;
  throw new SymlossError(field('weights'), 'data without weights of their own', show(weights));
}

/** Vectors in a file of their own have a row for each row of the table. */
function refuseDropped({ config }: AuditFolder, { dropped }: Corrections): void {
  if (dropped.size === 0 || config.embedding === undefined) return;
  const expected = `no row left out, since the vectors of ${field('embedding')} are in files of their own`;
  throw new SymlossError(field('drop'), expected, `${dropped.size}`, {
    hint: `leave it out, or write ${field('weights')}`,
  });
}

async function write(
  { out: file = '', weights }: ApplyConfig,
  {
    audit: { config },
    data,
    corrections,
    target: { source, label },
  }: {
    readonly audit: AuditFolder;
    readonly data: Dataset;
    readonly corrections: Corrections;
    readonly target: Target;
  },
  out: Streams['out'],
): Promise<void> {
  const changes = relabellingOf(data, corrections, { label, weights });
  await writeWhole(file, await source.content(changes));
  const written = source.writes === 'source' ? { source: file } : { labelsFile: file };
  const values: FieldValues = {
    ...pickFields(config, 'data', 'training'),
    ...(config.loss !== undefined && { loss: config.loss }),
    ...{ model: config.model, validation: undefined },
    ...(columnNoise(config.noise, config) && { noise: config.noise }),
    ...written,
    ...(source.label !== undefined && { label: source.label }),
    ...(source.test !== undefined && { test: source.test }),
    ...(corrections.weights && { weight: weights }),
  };
  out.write(`\nwritten: ${file}\ntrain on it: ${trainCommandLine(values)}\n`);
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
    ...{ name: names.weights ?? '', option: 'weights', role: 'column of weights' },
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

async function retrain(
  config: ApplyConfig,
  {
    audit,
    audited,
    data,
    corrections,
  }: {
    readonly audit: AuditFolder;
    readonly audited: AuditedData;
    readonly data: Dataset;
    readonly corrections: Corrections;
  },
  { out, err, signal }: Streams,
): Promise<void> {
  const { config: own } = audit;
  const asked = pickFields({ ...own, ...config }, 'training');
  const { loss = own.loss ?? auditLoss, model = own.model, seed = own.seed, seeds } = config;
  const epochs = asked.epochs ?? fields.epochs.default;
  const { test, testName } = await testData(config, audit, audited, signal);
  const progress = new FoldProgress(err, 2 * seeds, epochs, 'training');
  const comparison = await compareLabels({
    ...asked,
    ...{ data, corrections, loss, model, signal, epochs },
    seeds: Array.from({ length: seeds }, (_, i) => seed + i),
    test: test ?? config.testShare ?? fields.testShare.default,
    validation: config.validation ?? fields.validation.default,
    ...{ threads: config.threads ?? own.threads, device: config.device ?? own.device },
    onEpoch: (training, { epoch }) => progress.show(training, epoch),
  }).finally(() => progress.clear());
  const estimates = estimatesByRow(audit.rows, data);
  const isAudited = test === undefined && audited.sha256 === audit.sha256;
  const wrong = isAudited
    ? Array.from(comparison.testRows, (row) => estimates[row]?.pWrong ?? 0)
    : undefined;
  const truth =
    audited.data.trueLabels === undefined
      ? `labels before the noise (${own.noise})`
      : `the true labels (${own.trueLabel ?? own.label ?? 'of the data'})`;
  const lines = comparisonLines({
    ...{ comparison, seeds, loss, truth, testName, classCount: audit.classes.length },
    wrongShare: wrong && wrong.reduce((sum, p) => sum + p, 0) / wrong.length,
  });
  for (const line of ['', ...lines]) out.write(`${line}\n`);
}

/** Data to test on that are no share of the rows. */
async function testData(
  { test, testLabelsFile, testEmbedding, ...config }: ApplyConfig,
  { config: own }: AuditFolder,
  audited: AuditedData,
  signal: AbortSignal | undefined,
): Promise<{ readonly test?: Dataset; readonly testName?: string }> {
  const extra = { testLabelsFile, testEmbedding };
  if (test === undefined) {
    if (audited.test === undefined) return {};
    return { test: audited.test, testName: `the test part of ${own.source}` };
  }
  const machine = pickFields(config, 'machine');
  const opened = await openAuditedData({ ...own, ...machine, test, ...extra }, signal);
  return { test: opened.test as Dataset, testName: test };
}
