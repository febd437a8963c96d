import { Command } from 'commander';
import { z } from 'zod';
import { field, SymlossError } from '../../core/index.ts';
import type { Applied } from '../../review/index.ts';
import { applyDecisions, conflicts, isUnchanged, measureGain } from '../../review/index.ts';
import { optionalShape, pickFields } from '../../run/config.ts';
import { integer, parsed } from '../../run/faults.ts';
import { fields } from '../../run/fields.ts';
import { checkTestShare } from '../../run/plan.ts';
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
/** Without what classes are predicted for: a gain is one of accuracy. */
const { metric: _, ...shape } = optionalShape('training', 'machine');

const applyConfigSchema = z.strictObject({
  ...shape,
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
  addFields(command, ['training'], { except: ['metric'] }).addOption(
    fieldOption('seed', 'the first seed (1)'),
  );
  return addFields(command, ['machine'], { own: { threads: 'as in the audit, else 1' } }).action(
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
  if (given['retrain'] === true) {
    checkTestShare(given);
    if (given['testShare'] === 0 && given['test'] === undefined) {
      throw new SymlossError(field('testShare'), 'rows to test on, a share above 0', '0', {
        hint: `${field('retrain')} measures on them`,
      });
    }
    return;
  }
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
  const reading = new ReadingLine(err);
  const { out: file, relabel, drop, weights, test } = config;
  const applied = await applyDecisions({
    ...{ audit: config.audit, out: file, relabel, drop, weights, test, overwrite, signal },
    ...{ machine: pickFields(config, 'machine'), onProgress: reading.show },
  }).finally(() => reading.clear());
  const { data, decisions, notices, corrections } = applied;
  for (const notice of notices) out.write(`${notice}\n`);
  const differing = conflicts(decisions).size;
  if (differing > 0) {
    const what = differing === 1 ? '1 row' : `${differing} rows`;
    out.write(`reviewers decided differently on ${what}: the latest decision counts\n`);
  }
  for (const line of correctionLines(data, corrections)) out.write(`${line}\n`);
  const next = await applied.write();
  if (next !== undefined) {
    out.write(`\nwritten: ${file}\ntrain on it: ${trainCommandLine(next)}\n`);
  }
  const isSame = isUnchanged(corrections);
  if (config.retrain && isSame) out.write('nothing changes, so that there is nothing to measure\n');
  else if (config.retrain) await retrain(config, applied, { out, err, signal });
}

async function retrain(
  config: ApplyConfig,
  applied: Applied,
  { out, err, signal }: Streams,
): Promise<void> {
  let progress: FoldProgress | undefined;
  const gain = await measureGain(applied, {
    ...config,
    signal,
    onStart: (trainings, epochs) => {
      progress = new FoldProgress(err, trainings, epochs, 'training');
    },
    onEpoch: (training, { epoch }) => progress?.show(training, epoch),
  }).finally(() => progress?.clear());
  for (const line of ['', ...comparisonLines(gain)]) out.write(`${line}\n`);
}
