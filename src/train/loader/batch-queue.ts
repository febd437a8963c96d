import type { Batch, LoaderJob } from './loader.ts';
import { emptyBatch } from './loader.ts';

/**
 * Batches on their way from one thread to another: slots in shared memory that are filled and
 * emptied in turn. Plain data, which both threads hold.
 */
export interface BatchQueue {
  readonly slots: readonly Batch[];
  /** The counters below, which `Atomics` reads and writes. */
  readonly control: Int32Array<SharedArrayBuffer>;
}

/** Batches filled, batches emptied, 1 to stop filling, 1 when filling failed. */
const [FILLED, EMPTIED, STOP, FAILED] = [0, 1, 2, 3];

export function makeQueue(job: LoaderJob, slots: number): BatchQueue {
  return {
    slots: Array.from({ length: slots }, () => emptyBatch(job, SharedArrayBuffer)),
    control: new Int32Array(new SharedArrayBuffer(4 * 4)),
  };
}

/**
 * Waits for room and fills the next slot.
 * @returns false when told to stop
 */
export function fillNext({ slots, control }: BatchQueue, fill: (into: Batch) => void): boolean {
  const filled = Atomics.load(control, FILLED);
  for (;;) {
    if (Atomics.load(control, STOP) === 1) return false;
    const emptied = Atomics.load(control, EMPTIED);
    if (filled - emptied < slots.length) break;
    Atomics.wait(control, EMPTIED, emptied);
  }
  fill(slots[filled % slots.length] as Batch);
  Atomics.add(control, FILLED, 1);
  Atomics.notify(control, FILLED);
  return true;
}

/**
 * Copies the next batch out of its slot, if there is one.
 * @param milliseconds to wait for it at most
 * @returns whether there was
 */
export function takeNext(
  { slots, control }: BatchQueue,
  into: Batch,
  milliseconds: number,
): boolean {
  const emptied = Atomics.load(control, EMPTIED);
  if (Atomics.load(control, FILLED) === emptied && Atomics.load(control, FAILED) === 0) {
    Atomics.wait(control, FILLED, emptied, milliseconds);
  }
  if (Atomics.load(control, FILLED) === emptied) return false;
  const slot = slots[emptied % slots.length] as Batch;
  // onnxruntime refuses shared memory, so a batch cannot go to it from its slot
  into.features.set(slot.features);
  into.labels.set(slot.labels);
  into.rows.set(slot.rows);
  if (slot.targets) into.targets?.set(slot.targets);
  if (slot.weights) into.weights?.set(slot.weights);
  Atomics.add(control, EMPTIED, 1);
  Atomics.notify(control, EMPTIED);
  return true;
}

/** Tells the filling thread to end. */
export function stop({ control }: BatchQueue): void {
  Atomics.store(control, STOP, 1);
  Atomics.add(control, EMPTIED, 1); // so that a thread about to wait for the old count does not
  Atomics.notify(control, EMPTIED);
}

/** Tells the emptying thread that no more batches come. */
export function fail({ control }: BatchQueue): void {
  Atomics.store(control, FAILED, 1);
  Atomics.notify(control, FILLED);
}
