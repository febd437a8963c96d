import { sizeOf } from '../../core/index.ts';
import type { OpenRows } from '../../data/index.ts';
import type { Job } from '../job.ts';

/** What a data loader needs of a job: the training rows and the order in which they come. */
export type LoaderJob = Pick<
  Job,
  'weights' | 'featureShape' | 'k' | 'batchSize' | 'views' | 'epochs' | 'seed' | 'images'
> & { readonly train: Job['parts']['train'] };

/** One batch of training rows. */
export interface Batch {
  /** [views·batch, …], all first views, then all second ones: standardised, augmented if asked for. */
  readonly features: Float32Array;
  /** [batch] */
  readonly labels: Int32Array;
  /** [batch], which training rows these are. */
  readonly rows: Uint32Array;
  /** [batch, k], where labels are soft. */
  readonly targets?: Float32Array;
  /** [batch], where rows carry weights. */
  readonly weights?: Float32Array;
}

/** Gives the batches of a run in order, the same ones wherever they are made. */
export interface DataLoader {
  /** Fills the arrays with the next batch. @throws SymlossError if its rows cannot be read */
  next(into: Batch): void | Promise<void>;
  /** Ends it and lets go of what it holds. */
  close(): void | Promise<void>;
}

/**
 * Starts a data loader.
 * @param firstStep the step, from 0, whose batch comes first; the ones before are passed over
 */
export type OpenLoader = (job: LoaderJob, firstStep: number, openRows: OpenRows) => DataLoader;

export function loaderJob({ parts, ...job }: Job): LoaderJob {
  const { weights, featureShape, k, batchSize, views = 1, epochs, seed, images } = job;
  return {
    train: parts.train,
    ...(weights && { weights }),
    featureShape,
    k,
    batchSize,
    views,
    epochs,
    seed,
    ...(images && { images }),
  };
}

/** Batches of an epoch; rows that do not fill one sit out. */
export function batchesPerEpoch({ train, batchSize }: LoaderJob): number {
  return Math.floor(train.labels.length / batchSize);
}

/** Room for a batch, in memory of its own or shared between threads. */
export function emptyBatch(
  { train, batchSize, views = 1, featureShape, k, weights }: LoaderJob,
  memory: new (bytes: number) => ArrayBuffer | SharedArrayBuffer = ArrayBuffer,
): Batch {
  return {
    features: new Float32Array(new memory(4 * views * batchSize * sizeOf(featureShape))),
    labels: new Int32Array(new memory(4 * batchSize)),
    rows: new Uint32Array(new memory(4 * batchSize)),
    ...(train.targets && { targets: new Float32Array(new memory(4 * batchSize * k)) }),
    ...(weights && { weights: new Float32Array(new memory(4 * batchSize)) }),
  };
}
