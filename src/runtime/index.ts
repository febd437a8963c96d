export type { Device } from './devices.ts';
export { devices } from './devices.ts';
export { interpreterRunner } from './interpreter.ts';
export { nodeEngine, nodeRunner } from './node.ts';
export { release } from './release.ts';
export type { Executable, Lowering, Runner, RunnerOptions } from './runner.ts';
export { webRunner } from './web.ts';
