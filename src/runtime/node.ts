import type { Device } from './devices.ts';
import { devices } from './devices.ts';
import { importNative } from './node-package.ts';
import { ortRunner } from './ort.ts';
import type { Runner, RunnerOptions, State, StatefulExecutable } from './runner.ts';

/**
 * onnxruntime's native engine in Node. Its package is imported on first use. On the CPU state stays in the engine's memory, where the
 * optional package koffi is installed, on Linux unless the environment variable `SYMLOSS_NATIVE` is `0`, elsewhere if it is `1`.
 */
export function nodeRunner(options: RunnerOptions = {}): Runner {
  const importOrt = async () => {
    const ort = await importNative();
    // what a device says about its start comes as an error, once is enough
    if ((options.device ?? 'cpu') !== 'cpu') ort.env.logLevel = 'fatal';
    return ort;
  };
  const runner = ortRunner('onnxruntime-node', importOrt, options);
  return {
    ...runner,
    loadStateful: async (model, state) =>
      (await loadNative(runner, model, state, options)) ?? runner.loadStateful(model, state),
  };
}

/** @returns `undefined` where the state has to go in and come out at every step */
async function loadNative(
  { name, load }: Runner,
  model: Uint8Array,
  state: State,
  { device = 'cpu', threads = 1, native = isNativeByDefault() }: RunnerOptions,
): Promise<StatefulExecutable | undefined> {
  if (!native || device !== 'cpu') return undefined;
  const { openEngine, NativeState } = await import('./native/index.ts');
  const engine = await openEngine();
  return engine && NativeState.load(model, state, { name, engine, threads, load });
}

/** On Linux, where it was tried. */
function isNativeByDefault(): boolean {
  const { SYMLOSS_NATIVE: said } = process.env;
  return said === '1' || (said !== '0' && process.platform === 'linux');
}

/** The version of onnxruntime-node, and the devices that it was built with. */
export async function nodeEngine(): Promise<{ version: string; devices: readonly Device[] }> {
  const { env, listSupportedBackends } = await importNative();
  const names = listSupportedBackends().map(({ name }) => name);
  return {
    version: env.versions.node ?? 'unknown',
    devices: devices.filter((name) => name === 'cpu' || names.includes(name)),
  };
}
