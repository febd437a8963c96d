import { openFile } from '../../io/index.ts';
import type { EpochMetrics } from '../epoch-metrics.ts';
import { format, version } from './checkpoint.ts';
import type { Identity } from './identity.ts';
import { isTexts, metadataOf } from './safetensors.ts';

/** How far the run of a checkpoint was when it was written. */
export interface CheckpointProgress {
  /** What the run is, as texts by name: `loss`, `seed`, `epochs`, …. */
  readonly identity: Identity;
  /** The last epoch that was over; `undefined` in the first. */
  readonly last: EpochMetrics | undefined;
}

/** The header of a checkpoint, with the metrics of its epochs, is no larger, in bytes. */
const mostHeader = 64 * 1024 ** 2;

/**
 * Reads how far a run is, by the header of its checkpoint: neither its tensors are read nor its hashes checked, since nothing goes
 * on from it. `undefined` for what is no checkpoint of this version.
 */
export async function readProgress(file: string): Promise<CheckpointProgress | undefined> {
  try {
    const metadata = metadataOf(await headerOf(file));
    if (metadata?.['format'] !== format || metadata['version'] !== version) return undefined;
    const identity: unknown = JSON.parse(metadata['identity'] ?? '{}');
    const epochs = JSON.parse(metadata['epochs'] ?? '[]') as EpochMetrics[];
    const last = epochs.at(-1);
    if (!isTexts(identity) || (last && !Number.isSafeInteger(last.epoch))) return undefined;
    return { identity, last };
  } catch {
    return undefined; // damaged, or gone meanwhile: its run has ended
  }
}

async function headerOf(file: string): Promise<Uint8Array> {
  const handle = await openFile(file);
  try {
    const size = Buffer.alloc(8);
    await handle.read(size, 0, 8, 0);
    const there = (await handle.stat()).size;
    const header = Buffer.alloc(Math.min(Number(size.readBigUInt64LE()), there, mostHeader));
    await handle.read(header, 0, header.length, 8);
    return header;
  } finally {
    await handle.close();
  }
}
