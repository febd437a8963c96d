export { isLoopback } from './guard.ts';
export type { Lab, LabOptions } from './listen.ts';
export { startLab } from './listen.ts';
export type { OpenSourceOptions, Source } from './open.ts';
export { openSource } from './open.ts';
