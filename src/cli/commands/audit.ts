import { join } from 'node:path';
import { Command } from 'commander';
import { field, finishWithBreaks, jsonText, SymlossError } from '../../core/index.ts';
import { checkOutputs, lockFolder, writeTogether } from '../../io/index.ts';
import { modelFiles } from '../../model/node/index.ts';
import type { AuditConfig } from '../../review/index.ts';
import {
  auditConfigSchema,
  auditConsensus,
  auditedColumns,
  auditFiles,
  openAuditedData,
  rowsParquet,
} from '../../review/index.ts';
import { originOf } from '../../run/columns-origin.ts';
import { checkEffort } from '../../run/effort.ts';
import { parsed } from '../../run/faults.ts';
import type { FieldName } from '../../run/fields.ts';
import { fieldNames } from '../../run/fields.ts';
import type { DatasetAudit } from '../../run/index.ts';
import { auditDataset, auditLoss, findingsInPieces } from '../../run/index.ts';
import { inputFiles } from '../../run/input-files.ts';
import { nextStep } from '../audit-next.ts';
import { givenProbs } from '../audit-probs.ts';
import { earlierDecisions } from '../earlier-decisions.ts';
import type { Streams } from '../make-runs.ts';
import { number } from '../ui/arguments.ts';
import { auditPage } from '../ui/audit-page.ts';
import { auditLines } from '../ui/audit-report.ts';
import { findingLines } from '../ui/finding-lines.ts';
import { findingsJson } from '../ui/findings-json.ts';
import { FoldProgress } from '../ui/fold-progress.ts';
import { addFields, fieldOption, fieldsOf } from '../ui/options.ts';
import { ReadingLine } from '../ui/reading-line.ts';
import { suspectColumns, suspectsCsv, suspectsParquet } from '../ui/suspects-file.ts';

/** How long another audit may take to write its files, in milliseconds. */
const longestWrite = 60_000;

/** Fields that mean nothing here: all rows are audited; those of a test part are only compared with them. */
const withoutUse: readonly FieldName[] = ['testShare', 'rows'];

/** `symloss audit`: which labels are wrong. */
export function auditCommand(streams: Streams): Command {
  const command = new Command('audit')
    .description(
      'List the labels that are probably wrong, with the class that is more probable: every row is predicted by models that were trained without it.',
    )
    .argument('<data>', 'as train takes it');
  addFields(command, ['data'], {
    except: [...withoutUse, 'consensus', 'test', 'validation'],
  })
    .addOption(
      fieldOption(
        'consensus',
        'how the labels of several annotators become one; default: dawid-skene',
      ).choices(auditConsensus),
    )
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
      '--saved-model <folder>',
      'a model that train wrote instead, of which these rows were not training rows',
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
  const unused = fieldNames('training').filter((name) => !(name in auditConfigSchema.shape));
  addFields(command, ['training'], { except: unused }).addOption(fieldOption('seed'));
  return addFields(command, ['machine'])
    .option('--out <folder>', 'where the list and the estimates go (symloss-audit)')
    .option('--overwrite', 'replace the files of an earlier audit', false)
    .action(async (source: string, options: Record<string, unknown>) => {
      const { folds, repeats, precision, probs, savedModel, out, overwrite } = options;
      const own = Object.entries({ source, folds, repeats, precision, probs, savedModel, out });
      const given = Object.fromEntries(own.filter(([, value]) => value !== undefined));
      const all = { ...fieldsOf(options), ...given };
      refuseTraining(all);
      checkEffort(all, [all.loss ?? auditLoss]);
      await runAudit(parsed(auditConfigSchema, all), overwrite === true, streams);
    });
}

/** @throws SymlossError for a setting of a training beside probabilities or a model, with which nothing is trained */
function refuseTraining(given: Readonly<Record<string, unknown>>): void {
  const source = ['savedModel', 'probs'].find((name) => given[name] !== undefined);
  if (source === undefined) return;
  const names = [...fieldNames('training'), 'loss', 'model', 'folds', 'repeats', 'validation'];
  const wrong = [...names, 'probs'].find((name) => name !== source && given[name] !== undefined);
  if (wrong === undefined) return;
  throw new SymlossError(field(wrong), `nothing beside ${field(source)}`, String(given[wrong]), {
    hint: 'with probabilities or a model of your own nothing is trained',
  });
}

/** Audits data, prints what was found, and writes the files of the audit, all or none of them. */
export async function runAudit(
  config: AuditConfig,
  overwrite: boolean,
  { out, err, signal }: Streams,
): Promise<void> {
  const places = Object.values(auditFiles).map((name) => join(config.out, name));
  const read = await inputFiles(config, { folder: config.folder, signal });
  const probsFiles = config.probs === undefined ? [] : await inputFiles({ source: config.probs });
  const { savedModel } = config;
  const ownModel =
    savedModel === undefined ? [] : Object.values(modelFiles).map((name) => join(savedModel, name));
  const inputs = [...read, ...probsFiles, ...ownModel, originOf(config.columns)];
  await checkOutputs(places, { inputs, replace: overwrite });
  const reading = new ReadingLine(err);
  const audited = await openAuditedData(config, signal, reading.show).finally(() =>
    reading.clear(),
  );
  const { data, test, beforeEmbedding, sha256, run, noise } = audited;
  for (const line of data.notices) out.write(`${line}\n`);
  if (test !== undefined)
    out.write('the test part is not audited, only compared with the other rows\n');
  const { folds, repeats, precision, epochs, seed } = config;
  const given = await givenProbs(config, data, sha256);
  for (const line of given?.notices ?? []) out.write(`${line}\n`);
  const progress = new FoldProgress(err, folds * repeats, epochs);
  const audit = await auditDataset({
    ...run.training,
    ...{ data, loss: config.loss && run.loss, model: run.model, seed, precision, folds, repeats },
    ...{ validation: config.validation, signal, threads: config.threads, device: config.device },
    noise,
    ...{ probs: given?.probs, neighbours: given?.neighbours },
    onEpoch: (fold, { epoch }) => progress.show(fold, epoch),
  }).finally(() => progress.clear());
  const findings = await finishWithBreaks(findingsInPieces(data, audit, test), signal);
  const listed = {
    ...{ audit, data },
    model:
      given?.says ??
      `models trained without this row${audit.neighbours ? ', and its nearest rows,' : ''} say`,
  };
  const against =
    audit.measured === undefined
      ? undefined
      : data.trueLabels === undefined
        ? `the added noise, ${run.noise}`
        : `the true labels of ${config.trueLabel ?? config.label ?? 'the data'}`;
  const basis =
    (given?.basis ??
      `models of ${audit.settings['loss']} that were trained without the rows that they judge, in ${folds} folds${repeats > 1 ? `, ${repeats} times` : ''}`) +
    (audit.neighbours ? ', and the labels of the nearest rows' : '');
  const lines = [
    ...auditLines(listed, { against, basis }),
    ...findingLines(findings, audit.classes),
  ];
  const page = await auditPage(listed, {
    ...{ data: beforeEmbedding ?? data, findings, test, basis, against, config, sha256 },
  });
  const suspects = suspectColumns(listed);
  const contents = {
    estimates: jsonText({
      ...estimatesOf(config, audit, { sha256, against }),
      findings: findingsJson(findings, data, test),
    }),
    suspects: suspectsCsv(suspects),
    suspectsParquet: await suspectsParquet(suspects),
    rows: await rowsParquet(auditedColumns(audit, data)),
    report: page,
  } satisfies { readonly [K in keyof typeof auditFiles]: string | Uint8Array };
  const at = (name: keyof typeof auditFiles) => join(config.out, auditFiles[name]);
  const written = Object.keys(auditFiles) as (keyof typeof auditFiles)[];
  // so that files of two audits that end at the same moment are not mixed
  const lock = await lockFolder(config.out, { wait: longestWrite });
  try {
    await writeTogether(
      written.map((name) => [at(name), contents[name]]),
      { replace: overwrite },
    );
  } finally {
    lock.release();
  }
  for (const line of lines) out.write(`${line}\n`);
  out.write(`list: ${at('suspects')}\nestimates: ${at('estimates')}\nreport: ${at('report')}\n`);
  for (const line of await earlierDecisions(config.out, data)) out.write(`${line}\n`);
  if (audit.suspects.rows.length === 0) return;
  out.write(`next: ${await nextStep(config, data, signal)}\n`);
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
      ...{ wrongShare: audit.wrongShare, wrongShareInterval: audit.wrongShareInterval },
      classWrongShares: Array.from(audit.classWrongShares),
      doubt: audit.doubt,
      ...{ weights: audit.weights, transition: audit.transition },
      ...(audit.noiseRate !== undefined && { noiseRate: audit.noiseRate }),
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
      ...(audit.precisionInterval && { precisionInterval: audit.precisionInterval }),
    },
    ...(measured && { measured: { against, ...measured } }),
    ...(audit.givenUp.length > 0 && { givenUp: audit.givenUp }),
    notices: confident.notices,
  };
}
