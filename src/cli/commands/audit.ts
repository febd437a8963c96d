import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { field, SymlossError } from '../../core/index.ts';
import { openInputs } from '../../data/formats/index.ts';
import type { Dataset } from '../../data/index.ts';
import { isRowFile } from '../../data/index.ts';
import { checkOutputs, jsonText, makeFolder, writeTogether } from '../../io/index.ts';
import { columnNoise } from '../../run/column-noise.ts';
import { optionalShape, pickFields } from '../../run/config.ts';
import { DatasetCache } from '../../run/datasets.ts';
import { integer, parsed } from '../../run/faults.ts';
import type { FieldName } from '../../run/fields.ts';
import { fieldNames, fields } from '../../run/fields.ts';
import type { DatasetAudit } from '../../run/index.ts';
import { auditDataset, auditLoss, datasetFindings, readNoise } from '../../run/index.ts';
import { planRun } from '../../run/plan.ts';
import { inputFiles } from '../input-files.ts';
import type { Streams } from '../make-runs.ts';
import { number } from '../ui/arguments.ts';
import { auditPage } from '../ui/audit-page.ts';
import { auditLines } from '../ui/audit-report.ts';
import { originOf } from '../ui/columns-file.ts';
import { findingLines } from '../ui/finding-lines.ts';
import { findingsJson } from '../ui/findings-json.ts';
import { FoldProgress } from '../ui/fold-progress.ts';
import { addFields, fieldOption, fieldsOf } from '../ui/options.ts';
import { ReadingLine } from '../ui/reading-line.ts';
import { suspectsCsv } from '../ui/suspects-file.ts';

/** Fields that mean nothing here: all rows are audited; those of a test part are only compared with them. */
const withoutUse: readonly FieldName[] = ['testShare', 'rows'];

const auditConfigSchema = z.strictObject({
  ...optionalShape('data', 'axis', 'training', 'machine'),
  source: fields.source.schema,
  loss: fields.loss.schema.optional(),
  model: fields.model.schema.default(fields.model.default),
  seed: fields.seed.schema.default(fields.seed.default),
  epochs: fields.epochs.schema.default(fields.epochs.default),
  validation: fields.validation.schema.default(0),
  folds: integer(2).default(4),
  repeats: integer(1, 100).default(3),
  precision: z.number().min(0).max(1).default(0.8),
  probs: z.string().min(1).optional(),
  out: z.string().min(1).default('symloss-audit'),
});

type AuditConfig = z.infer<typeof auditConfigSchema>;

/** `symloss audit`: which labels are wrong. */
export function auditCommand(streams: Streams): Command {
  const command = new Command('audit')
    .description(
      'List the labels that are probably wrong, with the class that is more probable: every row is predicted by models that were trained without it.',
    )
    .argument('<data>', 'as train takes it');
  addFields(command, ['data'], [...withoutUse, 'test', 'validation'])
    .addOption(
      fieldOption(
        'test',
        'data to test on, to look for rows in that are audited, too; default: their own test part',
      ),
    )
    .addOption(
      fieldOption(
        'validation',
        'share of the rows outside of a fold that its model is calibrated on, or chosen by (0)',
      ),
    )
    .option(
      '--folds <count>',
      'parts that the rows are divided into, each predicted by a model of the others (4)',
      number,
    )
    .option(
      '--repeats <count>',
      'how often that is done, with other folds; probabilities are averaged (3)',
      number,
    )
    .option(
      '--probs <file>',
      'out-of-sample probabilities of your own instead: a table with a column for each class, or an array [n, k]',
    )
    .option(
      '--precision <share>',
      'share of the list that is expected to be wrong, at least (0.8)',
      number,
    )
    .addOption(fieldOption('noise', 'noise to add first, to see how much of it is found (unknown)'))
    .addOption(
      fieldOption('loss', `loss of the models (${auditLoss}); auto chooses one of a few first`),
    )
    .addOption(fieldOption('model'));
  addFields(command, ['training']).addOption(fieldOption('seed'));
  return addFields(command, ['machine'])
    .option('--out <folder>', 'where the list and the estimates go (symloss-audit)')
    .option('--overwrite', 'replace the files of an earlier audit', false)
    .action(async (source: string, options: Record<string, unknown>) => {
      const { folds, repeats, precision, probs, out, overwrite } = options;
      const own = Object.entries({ source, folds, repeats, precision, probs, out });
      const given = Object.fromEntries(own.filter(([, value]) => value !== undefined));
      const all = { ...fieldsOf(options), ...given };
      refuseTraining(all);
      await runAudit(parsed(auditConfigSchema, all), overwrite === true, streams);
    });
}

/** @throws SymlossError for a setting of a training beside probabilities, with which nothing is trained */
function refuseTraining(given: Readonly<Record<string, unknown>>): void {
  if (given['probs'] === undefined) return;
  const names = [...fieldNames('training'), 'loss', 'model', 'folds', 'repeats', 'validation'];
  const wrong = names.find((name) => given[name] !== undefined);
  if (wrong === undefined) return;
  throw new SymlossError(field(wrong), `nothing beside ${field('probs')}`, String(given[wrong]), {
    hint: 'with probabilities of your own nothing is trained',
  });
}

const names = {
  ...{ suspects: 'suspects.csv', estimates: 'audit.json', report: 'report.html' },
} as const;

/** Audits data, prints what was found, and writes `suspects.csv`, `audit.json` and `report.html`, all or none of them. */
export async function runAudit(
  config: AuditConfig,
  overwrite: boolean,
  { out, err, signal }: Streams,
): Promise<void> {
  const places = Object.values(names).map((name) => join(config.out, name));
  const read = await inputFiles(config, { folder: config.folder, signal });
  const probsFiles = config.probs === undefined ? [] : await inputFiles({ source: config.probs });
  const inputs = [...read, ...probsFiles, originOf(config.columns)];
  await checkOutputs(places, { inputs, replace: overwrite });
  const { loss = auditLoss, model, seed, noise = fields.noise.default } = config;
  const run = planRun('audit', {
    data: { ...pickFields(config, 'data'), source: config.source },
    ...{ loss, model, noise, seed, training: pickFields(config, 'training') },
  }).config;
  const reading = new ReadingLine(err);
  const { data, test, beforeEmbedding, sha256 } = await new DatasetCache({
    ...config,
    keepIds: true,
  })
    .open(run, signal, reading.show)
    .finally(() => reading.clear());
  for (const line of data.notices) out.write(`${line}\n`);
  if (test !== undefined)
    out.write('the test part is not audited, only compared with the other rows\n');
  const isColumn = columnNoise(noise, config) !== undefined;
  const { folds, repeats, precision, epochs } = config;
  const progress = new FoldProgress(err, folds * repeats, epochs);
  const audit = await auditDataset({
    ...run.training,
    ...{ data, loss: config.loss && run.loss, model: run.model, seed, precision, folds, repeats },
    ...{ validation: config.validation, signal, threads: config.threads, device: config.device },
    noise: isColumn ? undefined : readNoise(run.noise),
    probs: config.probs === undefined ? undefined : await readProbs(config, data),
    onEpoch: (fold, { epoch }) => progress.show(fold, epoch),
  }).finally(() => progress.clear());
  signal?.throwIfAborted();
  const findings = datasetFindings(data, audit, test);
  const listed = {
    ...{ audit, data },
    model: config.probs === undefined ? 'models without this row say' : 'the probabilities say',
  };
  const against =
    audit.measured === undefined
      ? undefined
      : data.trueLabels === undefined
        ? `the added noise, ${run.noise}`
        : `the true labels of ${config.trueLabel ?? config.label ?? 'the data'}`;
  const basis =
    config.probs === undefined
      ? `models of ${audit.settings['loss']} that were trained without the rows that they judge, in ${folds} folds${repeats > 1 ? `, ${repeats} times` : ''}`
      : `the probabilities in ${config.probs}`;
  const lines = [
    ...auditLines(listed, { against, basis }),
    ...findingLines(findings, audit.classes),
  ];
  const page = await auditPage(listed, {
    ...{ data: beforeEmbedding ?? data, findings, test, basis, against, config, sha256 },
  });
  await makeFolder(config.out);
  await writeTogether([
    [join(config.out, names.suspects), suspectsCsv(listed)],
    [
      join(config.out, names.estimates),
      jsonText({
        ...estimatesOf(config, audit, { sha256, against }),
        findings: findingsJson(findings, data, test),
      }),
    ],
    [join(config.out, names.report), page],
  ]);
  for (const line of lines) out.write(`${line}\n`);
  out.write(`list: ${places[0]}\nestimates: ${places[1]}\nreport: ${places[2]}\n`);
}

/**
 * Probabilities in a file: columns named by the classes, or `prob_` and the class as `predict --probs` writes them; arrays
 * by their order.
 */
async function readProbs(
  { probs: file = '', folder }: AuditConfig,
  { classes }: Dataset,
): Promise<Float32Array> {
  const featureShape = [classes.length];
  const open = (columns: readonly string[]) =>
    openInputs(file, { featureShape, columns }, { missing: 'error', ...(folder && { folder }) });
  const { features } = await open(classes).catch((error) =>
    open(classes.map((name) => `prob_${name}`)).catch(() => {
      throw error;
    }),
  );
  if (isRowFile(features) || features instanceof Uint8Array) {
    throw new SymlossError(file, 'probabilities in memory', 'others');
  }
  return features;
}

/** The content of `audit.json`: plain data. Matrices are rows by what comes first in their description. */
function estimatesOf(
  config: AuditConfig,
  audit: DatasetAudit,
  { sha256, against }: { readonly sha256: string; readonly against: string | undefined },
) {
  const { confident, suspects, measured } = audit;
  return {
    ...{ format: 'symloss-audit', version: 1, config, settings: audit.settings },
    data: { sha256, rows: audit.labels.length, classes: audit.classes },
    estimated: {
      wrongShare: audit.wrongShare,
      ...{ temperature: audit.temperature, transition: audit.transition },
      py: Array.from(audit.py),
      confidentLearning: {
        health: confident.health,
        thresholds: Array.from(confident.thresholds),
        ...{ confidentJoint: confident.confidentJoint, joint: confident.joint },
        calibratedJoint: confident.calibratedJoint,
        ...{ noiseMatrix: confident.noiseMatrix, inverseNoiseMatrix: confident.inverseNoiseMatrix },
        py: Array.from(confident.py),
        ...{ classes: confident.classes, overlaps: confident.overlaps },
      },
    },
    suspects: {
      precisionAsked: config.precision,
      rows: suspects.rows.length,
      expectedPrecision: suspects.expectedPrecision,
    },
    ...(measured && { measured: { against, ...measured } }),
    ...(audit.givenUp.length > 0 && { givenUp: audit.givenUp }),
    notices: confident.notices,
  };
}
