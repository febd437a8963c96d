export { DirectLoader, directLoader } from './direct-loader.ts';
export type { Batch, DataLoader, LoaderJob, OpenLoader } from './loader.ts';
export { emptyBatch, loaderJob } from './loader.ts';
export { PartRows } from './part-rows.ts';
export { shareBytes, shareNumbers } from './share.ts';
export type { LoaderOptions, StartPosition } from './step-inputs.ts';
export { StepInputs } from './step-inputs.ts';
