import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Runner } from '../../src/runtime/index.ts';
import { ortRunner } from '../../src/runtime/ort.ts';
import type { Ort } from '../../src/runtime/ort-session.ts';

/** onnxruntime-web as it is built for WebGPU, on the processor: it has no operators on texts. */
export function webgpuBuild(): Runner {
  return ortRunner('onnxruntime-web/webgpu', async () => {
    const ort = await import('onnxruntime-web/webgpu');
    const dist = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmBinary = readFileSync(join(dist, 'ort-wasm-simd-threaded.asyncify.wasm'));
    const create = (model: Uint8Array, options?: object) =>
      ort.InferenceSession.create(model, { ...options, executionProviders: ['wasm'] });
    return { InferenceSession: { create }, Tensor: ort.Tensor } as unknown as Ort;
  });
}
