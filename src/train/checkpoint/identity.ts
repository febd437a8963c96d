import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { arch, platform } from 'node:process';
import type { ImageRows, Job, Part } from '../job.ts';
import { isImageRows, isStoredRows } from '../job.ts';

/** What makes a run the run it is, as texts by name, settings before the hashes that they decide. */
export type Identity = Readonly<Record<string, string>>;

/**
 * The identity of a job: a checkpoint is of this run when all agree, and only then does it lead to
 * the same bits.
 * @param engine version of onnxruntime
 */
export function identityOf(job: Job, engine: string): Identity {
  const { train, validation, test } = job.parts;
  const settings = Object.entries(job.settings ?? {}).map(([name, v]) => [name, String(v)]);
  return {
    ...Object.fromEntries(settings),
    epochs: String(job.epochs),
    batchSize: String(job.batchSize),
    seed: String(job.seed),
    evaluateEvery: String(job.evaluateEvery),
    ...(job.keep === 'best' && { keep: job.keep }),
    threads: String(job.threads),
    device: job.device ?? 'cpu',
    lowering: job.lowering ?? '',
    onnxruntime: engine,
    platform: `${platform} ${arch}`,
    trainingRows: String(train.labels.length),
    ...identityOfPart('training', train),
    ...(validation && identityOfPart('validation', validation)),
    ...(test && identityOfPart('test', test)),
    ...(job.images && {
      augmentation: job.images.augmentation?.spec ?? 'none',
      standardisation: hashOf(job.images.tables),
    }),
    ...(job.weights && { rowWeights: hashOf(job.weights) }),
    learningRates: hashOf(job.learningRates),
    firstValues: hashOf(...job.slots.map(({ values }) => values)),
    trainingStep: hashOf(job.stepModel),
    network: hashOf(job.forwardModel),
  };
}

function identityOfPart(name: string, part: Part): Identity {
  const { features, labels, trueLabels, targets } = part;
  return {
    [`${name}Features`]: hashOfFeatures(features),
    [`${name}Labels`]: hashOf(labels),
    ...(targets && { [`${name}SoftLabels`]: hashOf(targets) }),
    ...(trueLabels && { [`${name}TrueLabels`]: hashOf(trueLabels) }),
  };
}

function hashOfFeatures(features: Part['features']): string {
  if (features instanceof Float32Array) return hashOf(features);
  if (isImageRows(features)) return hashOfRows(features);
  if (isStoredRows(features)) return hashOfRows({ source: features.stored, rows: features.rows });
  const { dense, starts, places, values } = features;
  return hashOf(dense, starts, places, values);
}

/** Of rows in memory all bytes; of those in a file, which may be large, place and size. */
function hashOfRows({ source, rows }: ImageRows): string {
  if (source instanceof Uint8Array) return hashOf(source, rows);
  const { offset, stride, rows: count, rowSize } = source;
  return hashOf(Float64Array.of(offset, stride, count, rowSize, statSync(source.file).size), rows);
}

/** SHA-256 of the bytes of arrays, one after the other, in hexadecimal digits. */
export function hashOf(...arrays: readonly ArrayBufferView[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of arrays) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
