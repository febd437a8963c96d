/* All of this folder but onnxruntime in Node: what runs in a browser page, too. */
export type { Device } from './devices.ts';
export { devices, fallsBack, isOneAtATime } from './devices.ts';
export { FedState } from './fed-state.ts';
export { interpreterRunner } from './interpreter.ts';
export { release } from './release.ts';
export type {
  Executable,
  Lowering,
  Runner,
  RunnerOptions,
  State,
  StatefulExecutable,
  StatePlace,
} from './runner.ts';
export { Turns } from './turns.ts';
export { webLowering, webRunner } from './web.ts';
