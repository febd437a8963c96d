export type { LabelColumns } from './column-noise.ts';
export { columnNoise } from './column-noise.ts';
export type { CompareOptions, Run, RunKey } from './compare.ts';
export { compare } from './compare.ts';
export { readNoise } from './noise-files.ts';
export type { Settings } from './resolve.ts';
export { checkSettings } from './resolve.ts';
export type { RunMetrics, Trained, TrainOptions } from './train.ts';
export { train } from './train.ts';
