import { existsSync } from 'node:fs';
import { fromNumbers } from '../../src/core/index.ts';
import { input, matMul, mul, program, toOnnx } from '../../src/graph/index.ts';
import { keepsState } from '../../src/runtime/devices.ts';
import type { Device, Executable, Runner, RunnerOptions } from '../../src/runtime/index.ts';
import { devices, fallsBack, nodeRunner } from '../../src/runtime/index.ts';

/** Milliseconds for a test that may run there: a first session compiles its kernels, and the cores may be busy. */
export const deviceTimeout = 120_000;

/** Where Chromium keeps its Vulkan driver that computes on the processor. */
const drivers = ['/usr/lib/chromium', '/opt/google/chrome'].map(
  (folder) => `${folder}/vk_swiftshader_icd.json`,
);

/** Where Mesa keeps its own, which has float16: Debian's mesa-vulkan-drivers from version 24 on. */
const halfDrivers = [
  '/usr/share/vulkan/icd.d/lvp_icd.json',
  '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
];

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

/**
 * The device that mixed precision is tested on: the card that `SYMLOSS_DEVICE` names; else onnxruntime-node's WebGPU with the Vulkan driver
 * that `VK_ICD_FILENAMES` names, or with lavapipe of Mesa, if it is there; SwiftShader has no float16. Or why there is none, which is printed.
 */
export async function mixedDevice(): Promise<Runner | string> {
  const { SYMLOSS_DEVICE: asked, VK_ICD_FILENAMES: named } = process.env;
  const driver = named ?? [...halfDrivers, ...drivers].find(existsSync);
  if (asked === undefined && driver === undefined) return skippedHalf('no Vulkan driver');
  if (asked === undefined) process.env['VK_ICD_FILENAMES'] = driver;
  const card = { device: tested, isChecked: true, fallback: fallsBack(tested) };
  const own = { ...(asked === undefined ? wholly : card), precision: 'mixed' } as const;
  const runner = { ...nodeRunner(own), name: `${own.device} in mixed precision` };
  try {
    const [a, b] = [input('a', [1, 1]), input('b', [1, 1])];
    const product = await runner.compile(program({ y: matMul(a, b) }));
    kept.push(product);
    const one = fromNumbers('float32', [1, 1], [1]);
    await product.run({ a: one, b: one });
    return runner;
  } catch (error) {
    return skippedHalf(`${driver ?? asked}: ${(error as Error).message.split('\n')[0]}`);
  }
}

function skippedHalf(reason: string): string {
  process.stdout.write(`skipped: no device with float16: ${reason}\n`);
  return reason;
}
