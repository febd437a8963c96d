import type { Tensor } from '../../core/index.ts';
import { Rng, sizeOf, stream } from '../../core/index.ts';
import type { OpenRows } from '../../data/index.ts';
import { memoryRows } from '../../data/row-reader.ts';
import type { Job } from '../job.ts';
import { directLoader } from './direct-loader.ts';
import type { Batch, DataLoader, OpenLoader } from './loader.ts';
import { batchesPerEpoch, emptyBatch, loaderJob } from './loader.ts';

export interface LoaderOptions {
  /** How batches are loaded. Default: in the loop's own thread, when they are asked for. */
  readonly openLoader?: OpenLoader;
  /** Default: rows in memory only. */
  readonly openRows?: OpenRows;
}

/** A place in a run between two steps. */
export interface StartPosition {
  /** Of the next step, from 1. */
  readonly epoch: number;
  /** Steps of that epoch that are done. */
  readonly batch: number;
  /** As `streams()` gave them at that place; one left out is drawn anew up to there. */
  readonly streams?: { readonly dropout?: readonly number[] };
}

/**
 * The inputs of the step graph, in arrays that are filled anew for every step: a batch from the data loader,
 * learning rate and step number, uniform numbers for dropout. From any start on they are those of
 * a run that came there by itself.
 */
export class StepInputs {
  /** Steps of an epoch. */
  readonly perEpoch: number;
  readonly #job: Job;
  readonly #loader: DataLoader;
  readonly #batch: Batch;
  readonly #inputs: Readonly<Record<string, Tensor>>;
  readonly #dropout: Rng;
  #done: number;
  #waited = 0;

  constructor(
    job: Job,
    { openLoader = directLoader, openRows = memoryRows }: LoaderOptions = {},
    { epoch, batch, streams = {} }: StartPosition = { epoch: 1, batch: 0 },
  ) {
    const own = loaderJob(job);
    const { batchSize, views = 1, featureShape } = own;
    this.#job = job;
    this.perEpoch = batchesPerEpoch(own);
    this.#done = (epoch - 1) * this.perEpoch + batch;
    this.#batch = emptyBatch(own);
    const { features, labels, targets, weights } = this.#batch;
    this.#inputs = {
      features: { dtype: 'float32', shape: [views * batchSize, ...featureShape], data: features },
      ...(targets
        ? { targets: { dtype: 'float32', shape: [batchSize, own.k], data: targets } }
        : { labels: { dtype: 'int32', shape: [batchSize], data: labels } }),
      ...(weights && { weights: { dtype: 'float32', shape: [batchSize], data: weights } }),
      learningRate: numbers([]),
      stepNumber: numbers([]),
      ...Object.fromEntries(job.uniforms.map(({ name, shape }) => [name, numbers(shape)])),
    };
    this.#dropout = streams.dropout ? new Rng(streams.dropout) : stream(job.seed, 'dropout');
    if (!streams.dropout) for (let i = 0; i < this.#done; i++) this.#fillUniforms();
    this.#loader = openLoader(own, this.#done, openRows);
  }

  /** The inputs of the next step; they hold until the one after it. */
  async next(): Promise<Readonly<Record<string, Tensor>>> {
    const asked = performance.now();
    await this.#loader.next(this.#batch);
    this.#waited += performance.now() - asked;
    const { learningRate, stepNumber } = this.#inputs as Record<string, Tensor>;
    (learningRate as Tensor).data[0] = this.#job.learningRates[this.#done] as number;
    (stepNumber as Tensor).data[0] = this.#done + 1;
    this.#fillUniforms();
    this.#done++;
    return this.#inputs;
  }

  /** Which training rows the last batch has; it holds until the next one. */
  get rows(): Uint32Array {
    return this.#batch.rows;
  }

  /** States of the streams that cannot be found again from seed and position alone. */
  streams(): { readonly dropout: readonly number[] } {
    return { dropout: this.#dropout.state() };
  }

  /** Milliseconds spent waiting for rows since this was last asked. */
  takeWaited(): number {
    const waited = this.#waited;
    this.#waited = 0;
    return waited;
  }

  async close(): Promise<void> {
    await this.#loader.close();
  }

  #fillUniforms(): void {
    for (const { name } of this.#job.uniforms) {
      this.#dropout.fillUniform(this.#inputs[name]?.data as Float32Array);
    }
  }
}

function numbers(shape: readonly number[]): Tensor<'float32'> {
  return { dtype: 'float32', shape, data: new Float32Array(sizeOf(shape)) };
}
