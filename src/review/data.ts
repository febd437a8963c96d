import { SymlossError } from '../core/index.ts';
import type { OpenOptions } from '../data/formats/index.ts';
import { openRows } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { isMissing } from '../io/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import { columnNoise } from '../run/column-noise.ts';
import type { RunConfig } from '../run/config.ts';
import { pickFields } from '../run/config.ts';
import { DatasetCache } from '../run/datasets.ts';
import { fields } from '../run/fields.ts';
import { auditLoss, readNoise } from '../run/index.ts';
import { planRun } from '../run/plan.ts';
import { noisyDataset } from '../train/prepare.ts';
import type { AuditConfig } from './config.ts';

/** The data of an audit, read with the cells that say which row it is. */
export interface AuditedData {
  /** The audit as a run, its defaults filled in. */
  readonly run: RunConfig;
  /** As they are read: noise is not added yet. */
  readonly data: Dataset;
  readonly test?: Dataset | undefined;
  /** The rows with their texts and images, where pretrained models made vectors of them. */
  readonly beforeEmbedding?: Dataset;
  /** Of both, see `hashOfData`. */
  readonly sha256: string;
  /** What the audit adds to the labels first. */
  readonly noise: LabelNoise | undefined;
}

/** Reads the data of an audit. @throws SymlossError as `openDataset` does */
export async function openAuditedData(
  config: AuditConfig,
  signal?: AbortSignal,
  onProgress?: OpenOptions['onProgress'],
): Promise<AuditedData> {
  const { source, loss = auditLoss, model, seed, noise = fields.noise.default } = config;
  const training = pickFields(config, 'training');
  const data = { ...pickFields(config, 'data'), source };
  const run = planRun('audit', { data, loss, model, noise, seed, training }).config;
  const cache = new DatasetCache({ ...config, keepIds: true });
  const isColumn = columnNoise(noise, config) !== undefined;
  return {
    ...(await cache.open(run, signal, onProgress).catch(withHint)),
    run,
    noise: isColumn ? undefined : readNoise(run.noise),
  };
}

/** Paths in an audit are as they were given. @throws the error, which says so where there is no such file */
function withHint(error: unknown): never {
  if (!(error instanceof SymlossError && isMissing(error.cause))) throw error;
  const { where, expected, received, kind, hint } = error.parts;
  const own =
    'paths are as the audit was told them: start symloss in the folder that it was made in';
  throw new SymlossError(where, expected, received, { kind, cause: error, hint: hint ?? own });
}

/** The data with the labels that were audited: those in the file, or the same with the noise that was added. */
export function withAuditedLabels({ data, noise, run }: AuditedData): Dataset {
  return noise === undefined ? data : noisyDataset(data, noise, run.seed, openRows);
}
