import { totalmem } from 'node:os';
import { nodeEmbedder, openRows } from '../data/formats/index.ts';
import { Predictor } from '../model/index.ts';
import { saveModel } from '../model/node/index.ts';
import { nodeRunner } from '../runtime/index.ts';
import type { CheckpointOptions } from '../train/checkpoint/index.ts';
import { runInThread } from '../train/thread.ts';
import { readNoise } from './noise-files.ts';
import type { Platform } from './platform.ts';

/** Node: runs in threads, on onnxruntime-node. @param checkpoint of the run that is made there. Default: none */
export function nodePlatform(checkpoint?: CheckpointOptions): Platform {
  return {
    lowering: (device, precision) => nodeRunner({ device, precision }).lowering(),
    runJob: (job, options) => runInThread(job, { ...options, checkpoint }),
    memory: machineMemory(),
    openRows,
    readNoise: (spec) => readNoise(spec),
    openModel: async (onnx, card) =>
      new Predictor(card, await nodeRunner().load(onnx), openRows, nodeEmbedder()),
    saveModel,
  };
}

/** Bytes that a process can have: those of the machine, or of its container. */
function machineMemory(): number {
  const given = process.constrainedMemory?.() ?? 0; // 0, or more than there is, without a limit
  return given > 0 ? Math.min(given, totalmem()) : totalmem();
}
