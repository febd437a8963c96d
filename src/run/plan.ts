import { field, SymlossError } from '../core/index.ts';
import { parseModel } from '../nn/index.ts';
import { columnSpec } from '../noise/index.ts';
import { checkSettings } from './check-settings.ts';
import { columnNoise } from './column-noise.ts';
import type { PlannedRun, RunConfig } from './config.ts';
import { dataConfigSchema, trainingConfigSchema } from './config.ts';
import { settingsOf } from './effort.ts';
import { parsed } from './faults.ts';
import { fields } from './fields.ts';
import type { LossModule } from './loss-modules.ts';
import { modulesOf } from './loss-modules.ts';
import { canonicalLoss } from './loss-spec.ts';
import { readNoiseSpec } from './noise-files.ts';
import { runId } from './run-id.ts';

/** A run as it is asked for: specs in any form, and fields that need not be given. */
export interface RunRequest {
  readonly data: { readonly source: string } & Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly noise: string;
  readonly loss: string;
  readonly seed: number;
  readonly training: Readonly<Record<string, unknown>>;
}

/**
 * A run in its canonical form, with its id: equal runs have equal ids, however they are asked for.
 * @param modules loaded modules, those that the loss needs become a part of the run
 * @throws SymlossError for a spec or setting that is wrong
 */
export function planRun(
  grid: string,
  { data, model, noise, loss, seed, training }: RunRequest,
  modules: readonly LossModule[] = [],
): PlannedRun {
  const spec = canonicalNoise(noise, data);
  const own = modulesOf(loss, modules);
  checkTestShare(data);
  const config: RunConfig = {
    data: parsed(dataConfigSchema, data),
    model: parseModel(model).spec,
    noise: spec.spec,
    loss: canonicalLoss(loss),
    seed,
    training: planTraining(training, { loss, model }),
    ...(own.length > 0 && { modules: own }),
    ...(spec.sha256 !== undefined && { noiseSha256: spec.sha256 }),
  };
  return { id: runId(config), grid, config };
}

/** The settings of a training, checked with the loss and model that they are for; without those that a named loss has no use for. */
export function planTraining(
  training: Readonly<Record<string, unknown>>,
  specs: { readonly loss: string; readonly model: string },
): RunConfig['training'] {
  const given = Object.fromEntries(Object.entries(training).filter(([, v]) => v !== undefined));
  const own = settingsOf(specs.loss, given);
  checkSettings({ ...own, ...specs });
  return parsed(trainingConfigSchema, own);
}

/** A noise in its canonical form, with the hash of the file that it names. */
export function canonicalNoise(
  noise: string,
  data: Readonly<Record<string, unknown>>,
): { spec: string; sha256?: string } {
  const columns = columnNoise(noise, data);
  return columns === undefined ? readNoiseSpec(noise) : { spec: columnSpec(columns.label) };
}

/**
 * Refuses a share of the rows to test on beside data to test on, which it would be no part of. The default, which files of runs have,
 * and 0 are taken.
 * @throws SymlossError naming the share
 */
export function checkTestShare({ test, testShare }: Readonly<Record<string, unknown>>): void {
  if (test === undefined || !testShare || testShare === fields.testShare.default) return;
  throw new SymlossError(field('testShare'), `nothing beside ${field('test')}`, String(testShare), {
    hint: 'the rows to test on are those data',
  });
}
