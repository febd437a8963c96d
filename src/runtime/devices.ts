import type { InferenceSession } from 'onnxruntime-common';
import { SymlossError } from '../core/index.ts';

/** Where sessions can run, by onnxruntime's names of its execution providers. */
export const devices = ['cpu', 'webgpu', 'cuda', 'coreml', 'dml'] as const;

export type Device = (typeof devices)[number];

/** What a device needs, for the message where it is absent or does not start. */
const needs: Readonly<Record<Device, string>> = {
  cpu: 'every onnxruntime has it',
  webgpu:
    'onnxruntime-node has it on Windows, macOS and Linux x64, where it needs a graphics driver (Vulkan on Linux)',
  cuda: 'it needs Linux x64, an NVIDIA driver, CUDA 13 and cuDNN 9, and the files that the install script of onnxruntime-node fetches: npm install onnxruntime-node --onnxruntime-node-install=cuda12, without ONNXRUNTIME_NODE_INSTALL=skip',
  coreml: 'onnxruntime-node has it on macOS',
  dml: 'onnxruntime-node has it (DirectML) on Windows',
};

/**
 * Checks a device against those that the installed onnxruntime was built with: it drops an unknown
 * one silently and would run on the CPU instead.
 * @throws SymlossError (usage) listing those there are, and how to get the one that was asked for
 */
export function checkPresent(device: Device, present: readonly string[]): void {
  if (device === 'cpu' || present.includes(device)) return;
  const known = devices.filter((name) => name === 'cpu' || present.includes(name));
  throw new SymlossError('device', `one that this onnxruntime has: ${known.join(', ')}`, device, {
    hint: needs[device],
  });
}

/** The device in onnxruntime's words. */
const providers: Readonly<Record<Device, InferenceSession.ExecutionProviderConfig>> = {
  cpu: 'cpu',
  // its default layout, NHWC, is wrong for some convolutions without a word (1.30): those of 18 channels, grouped ones
  webgpu: { name: 'webgpu', preferredLayout: 'NCHW' },
  cuda: 'cuda',
  coreml: 'coreml',
  dml: 'dml',
};

/** The providers of a session: kernels that the device lacks run on the CPU. */
export function executionProviders(device: Device): InferenceSession.ExecutionProviderConfig[] {
  return device === 'cpu' ? ['cpu'] : [providers[device], 'cpu'];
}

/**
 * Whether a device does one thing at a time in a process: two sessions that run in two threads, or at the same time in a
 * page, crash onnxruntime's WebGPU provider (1.30).
 */
export function isOneAtATime(device: Device): boolean {
  return device === 'webgpu';
}

/**
 * Whether outputs can stay on a device and be inputs of the next run there: both packages of onnxruntime have that for WebGPU
 * only.
 */
export function keepsState(device: Device): boolean {
  return device === 'webgpu';
}

/** Whether parts of a training step may run on the CPU: WebGPU has all that a step needs; of the others that is not known. */
export function fallsBack(device: Device): boolean {
  return device !== 'webgpu';
}

/** A session that could not be made on a device other than the CPU. */
export function notStarted(device: Device, reason: string, cause: unknown): SymlossError {
  return new SymlossError(`device ${device}`, 'a session that starts', `"${reason}"`, {
    hint: `${needs[device]}; the device cpu needs nothing`,
    kind: 'failure',
    cause,
  });
}
