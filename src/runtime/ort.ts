import type { InferenceSession } from 'onnxruntime-common';
import { DeviceState } from './device-state.ts';
import {
  checkPresent,
  executionProviders,
  isOneAtATime,
  keepsState,
  notStarted,
} from './devices.ts';
import { FedState } from './fed-state.ts';
import { notLoaded } from './not-loaded.ts';
import type { Ort, Schedule } from './ort-session.ts';
import { OrtExecutable, OrtSession } from './ort-session.ts';
import type { Executable, Lowering, Runner, RunnerOptions } from './runner.ts';
import { Turns } from './turns.ts';

/** Of all sessions on devices that do one thing at a time. */
const turns = new Turns();

/**
 * A runner on one form of onnxruntime. `load` imports the package on first use; what only compiles is imported then, so that a thread
 * that trains starts without it.
 */
export function ortRunner(
  name: string,
  importOrt: () => Promise<Ort>,
  options: RunnerOptions = {},
): Runner {
  const { device = 'cpu', precision = 'single', fallback = true, contrib = true } = options;
  const sessionOptions: InferenceSession.SessionOptions = {
    ...(device !== 'cpu' && { executionProviders: executionProviders(device) }),
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // what a device says comes as an error, too
    logSeverityLevel: device === 'cpu' ? 3 : 4,
    ...(!fallback && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
  };
  const schedule: Schedule = (work) => (isOneAtATime(device) ? turns.take(work) : work());
  const open = async (model: Uint8Array, held: readonly string[] = []): Promise<OrtSession> => {
    const ort = await importOrt();
    checkPresent(device, ort.listSupportedBackends?.().map((backend) => backend.name) ?? []);
    const locations = Object.fromEntries(held.map((name) => [name, 'gpu-buffer' as const]));
    try {
      const session = await ort.InferenceSession.create(model, {
        ...sessionOptions,
        ...(held.length > 0 && { preferredOutputLocation: locations }),
      });
      return new OrtSession(ort, session);
    } catch (cause) {
      const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
      if (device !== 'cpu') throw notStarted(device, reason.replace(/^.* was false\. /, ''), cause);
      throw notLoaded(name, reason, cause);
    }
  };
  const loadUnchecked = async (model: Uint8Array): Promise<Executable> =>
    new OrtExecutable(await schedule(() => open(model)), schedule);
  const isTrusted = device === 'cpu' || options.isChecked === true;
  const check = async (): Promise<void> => {
    if (isTrusted) return;
    const { checkDevice } = await import('./device-check.ts');
    await checkDevice(name, { device, precision }, loadUnchecked);
  };
  const load: Runner['load'] = async (model) => {
    await check();
    return loadUnchecked(model);
  };
  const keep: Runner['loadStateful'] = (model, state) =>
    DeviceState.load(model, state, { open, schedule });
  /** Why state cannot stay on the device. */
  const obstacle = async (): Promise<string | undefined> => {
    if (!keepsState(device)) return `${name} copies all outputs of the device ${device}`;
    await check();
    const { tryState } = await import('./state-check.ts');
    return tryState(name, device, keep);
  };
  const findBlock = async () => {
    const { blockOf } = await import('./block.ts');
    return blockOf(name, load);
  };
  const lowering = async (): Promise<Lowering> => ({
    contrib,
    // other devices have kernels for images as they are
    block: options.block ?? (contrib && device === 'cpu' ? await findBlock() : 1),
    target: device === 'cpu' ? 'cpu' : 'device',
    precision,
    weightGrad: options.weightGrad ?? 'convolution',
  });
  return {
    name,
    compile: async (program) => {
      const { toOnnx } = await import('../graph/index.ts');
      return load(toOnnx(program, await lowering()));
    },
    lowering,
    load,
    loadStateful: async (model, state) => {
      const reason = await obstacle();
      if (reason === undefined) return keep(model, state);
      return new FedState(await load(model), state, load, reason);
    },
  };
}
