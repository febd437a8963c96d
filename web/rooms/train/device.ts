import { SymlossError } from '../../../src/core/index.ts';
import { serverMark, webgpuMark } from '../../../src/server/api/types.ts';
import { Divergence } from '../../../src/train/endings.ts';
import { hasMark } from '../../marks.ts';

/** What networks are trained on: the processor, by WebAssembly, or the graphics card, by WebGPU. */
export const trainingDevices = ['cpu', 'webgpu'] as const;
export type TrainingDevice = (typeof trainingDevices)[number];

export const deviceNames: Readonly<Record<TrainingDevice, string>> = {
  cpu: 'WebAssembly (processor)',
  webgpu: 'WebGPU (graphics card)',
};

/** Whether WebGPU can be chosen, and if not, why, as a sentence. */
export type WebGpu = { readonly why: string | undefined };

/** What browsers with WebGPU have of it. */
interface Gpu {
  requestAdapter(): Promise<object | null>;
}

/** @returns `undefined` where the page is without the files for it and nobody can add them: there is nothing to choose */
export async function findWebGpu(): Promise<WebGpu | undefined> {
  if (!hasMark(webgpuMark)) return hasMark(serverMark) ? { why: notInstalled } : undefined;
  const { gpu } = navigator as { readonly gpu?: Gpu };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (adapter) return { why: undefined };
  return { why: isSecureContext ? noAdapter : notSecure };
}

/** Whether an error of a training on WebGPU may be the card's, its driver's or its build's: whatever is wrong elsewhere says so. */
export function isFaultOfDevice(error: unknown): boolean {
  if (error instanceof Divergence) return false;
  return !(error instanceof SymlossError) || error.kind === 'failure';
}

const notInstalled =
  'WebGPU needs onnxruntime-web 1.30 or newer beside symloss: run npm install onnxruntime-web, then start symloss lab again.';
const noAdapter = 'WebGPU is not there: this browser offers no graphics card to pages.';
const notSecure =
  'WebGPU is not there: browsers offer it only to pages that come by https or from the same machine.';
