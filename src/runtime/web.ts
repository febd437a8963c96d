import { SymlossError } from '../core/index.ts';
import type { Precision } from '../graph/index.ts';
import type { Device } from './devices.ts';
import { ortRunner } from './ort.ts';
import type { Ort } from './ort-session.ts';
import type { Lowering, Runner, RunnerOptions } from './runner.ts';

/**
 * onnxruntime compiled to WebAssembly, in browsers and in Node; with the device `webgpu`, in browsers that have it, its build for
 * WebGPU. Imported on first use.
 */
export function webRunner(options: RunnerOptions = {}): Runner {
  const { device = 'cpu', threads = 1 } = options;
  // it has no blocked layout of images
  return ortRunner('onnxruntime-web', () => importWeb(device, threads), { block: 1, ...options });
}

/** How `webRunner` lowers programs, for those who run them elsewhere. */
export function webLowering(device: Device, precision: Precision = 'single'): Lowering {
  const target = device === 'cpu' ? 'cpu' : 'device';
  return { contrib: true, block: 1, target, precision, weightGrad: 'convolution' };
}

async function importWeb(device: Device, threads: number): Promise<Ort> {
  if (device === 'webgpu') await checkAdapter();
  try {
    const ort = await (device === 'webgpu'
      ? import('onnxruntime-web/webgpu')
      : import('onnxruntime-web/wasm'));
    ort.env.wasm.numThreads = threads;
    const { InferenceSession, Tensor } = ort as unknown as Ort;
    const backends = device === 'webgpu' ? [{ name: device }] : [];
    return { InferenceSession, Tensor, listSupportedBackends: () => backends };
  } catch (cause) {
    throw new SymlossError(
      'onnxruntime-web',
      'the package to be installed',
      cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
      { hint: 'run: npm install onnxruntime-web', kind: 'failure', cause },
    );
  }
}

/** What browsers with WebGPU have of it. */
interface Gpu {
  requestAdapter(): Promise<object | null>;
}

/** Without an adapter onnxruntime would run on the processor. */
async function checkAdapter(): Promise<void> {
  const { gpu } = (globalThis.navigator ?? {}) as { readonly gpu?: Gpu };
  if (await gpu?.requestAdapter()) return;
  throw new SymlossError('device webgpu', 'a graphics card that the page may use', 'none', {
    hint: 'WebGPU needs a browser that has it, and a page that is served by https or from this machine; the device cpu needs nothing',
    kind: 'failure',
  });
}
