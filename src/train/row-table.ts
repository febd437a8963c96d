import type { Tensor } from '../core/index.ts';
import type { Job } from './job.ts';
import type { SlotValues } from './run-state.ts';
import { nextName, rowMemory } from './slot-names.ts';

/**
 * What a loss remembers of every training row, [rows, m]. It stays out of the step's graph, which takes and gives the rows of a batch
 * only: a table of many classes may be larger than the network.
 */
export class RowTable {
  readonly #table: Tensor<'float32'>;
  readonly #batch: Tensor<'float32'>;

  /** @param values is copied */
  constructor(values: Tensor<'float32'>, batchSize: number) {
    const [, width = 0] = values.shape;
    this.#table = { ...values, data: values.data.slice() };
    const data = new Float32Array(batchSize * width);
    this.#batch = { dtype: 'float32', shape: [batchSize, width], data };
  }

  /** The input of the step for these rows; it holds until the next one. */
  gather(rows: Uint32Array): SlotValues {
    const { data } = this.#batch;
    this.#forEach(rows, (from, at, width) => {
      data.set(this.#table.data.subarray(from, from + width), at);
    });
    return { [rowMemory]: this.#batch };
  }

  /** Remembers what the step gives back of these rows. */
  scatter(rows: Uint32Array, outputs: Readonly<Record<string, Tensor>>): void {
    const { data } = outputs[nextName(rowMemory)] as Tensor<'float32'>;
    this.#forEach(rows, (to, at, width) => {
      this.#table.data.set(data.subarray(at, at + width), to);
    });
  }

  /** All of it, as a slot; it changes with the next step. */
  slots(): SlotValues {
    return { [rowMemory]: this.#table };
  }

  /** [rows, m]; it changes with the next step. */
  values(): Float32Array {
    return this.#table.data;
  }

  #forEach(rows: Uint32Array, act: (row: number, at: number, width: number) => void): void {
    const [, width = 0] = this.#table.shape;
    for (const [i, row] of rows.entries()) act(row * width, i * width, width);
  }
}

/** The table of a run where its loss remembers rows. */
export function rowTable(job: Job, slots: SlotValues): RowTable | undefined {
  const own = job.slots.find(({ role }) => role === 'rows');
  return own && new RowTable(slots[own.name] as Tensor<'float32'>, job.batchSize);
}
