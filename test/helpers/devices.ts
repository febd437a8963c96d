import { existsSync } from 'node:fs';
import { input, mul, program, toOnnx } from '../../src/graph/index.ts';
import { keepsState } from '../../src/runtime/devices.ts';
import type { Device, Executable, Runner, RunnerOptions } from '../../src/runtime/index.ts';
import { devices, fallsBack, nodeRunner } from '../../src/runtime/index.ts';

/** Milliseconds for a test that may run there: a first session compiles its kernels, and the cores may be busy. */
export const deviceTimeout = 120_000;

/** Where Chromium keeps its Vulkan driver that computes on the processor. */
const drivers = ['/usr/lib/chromium', '/opt/google/chrome'].map(
  (folder) => `${folder}/vk_swiftshader_icd.json`,
);

/** Skips the start-up check, which has tests of its own, and forbids kernels of the CPU. */
const wholly: RunnerOptions = { device: 'webgpu', isChecked: true, fallback: false };

/**
 * A session that is never closed, nor collected as garbage: with the last session of a process all compiled kernels go, and to
 * compile them again takes ten times as long as all else.
 */
const kept: Executable[] = [];

/** The device that is tested. */
const tested: Device = devices.find((name) => name === process.env['SYMLOSS_DEVICE']) ?? 'webgpu';

/** Whether its runner keeps state there. */
export const testsKeptState = keepsState(tested);

/** onnxruntime-node's WebGPU on SwiftShader, or why there is none, which is printed. */
export async function swiftShader(): Promise<Runner | string> {
  const driver = drivers.find(existsSync);
  if (driver === undefined) return skipped(`no SwiftShader at ${drivers.join(' or ')}`);
  process.env['VK_ICD_FILENAMES'] = driver;
  const runner = { ...nodeRunner(wholly), name: 'WebGPU on SwiftShader' };
  try {
    kept.push(await runner.load(toOnnx(program({ y: mul(input('x', [3]), 2) }))));
    return runner;
  } catch (error) {
    return skipped((error as Error).message);
  }
}

function skipped(reason: string): string {
  process.stdout.write(`skipped: no WebGPU on SwiftShader: ${reason}\n`);
  return reason;
}

/**
 * The devices beside the CPU that are tested: SwiftShader, if it is there; a card of this machine instead where
 * `SYMLOSS_DEVICE` names how it is reached (`webgpu`, `cuda`, …), which must then be there.
 */
export async function testedDevices(): Promise<Runner[]> {
  const card = devices.find((name) => name === process.env['SYMLOSS_DEVICE']);
  if (card !== undefined) {
    const options = { device: card, isChecked: true, fallback: fallsBack(card) };
    return [{ ...nodeRunner(options), name: `${card} of this machine` }];
  }
  const runner = await swiftShader();
  return typeof runner === 'string' ? [] : [runner];
}
