export type { CheckpointFolder } from './files.ts';
export { checkpointFile, checkpointSuffix } from './files.ts';
export type { CheckpointProgress } from './progress.ts';
export { readProgress } from './progress.ts';
export type { CheckpointOptions, CheckpointStore } from './store.ts';
export { checkCheckpointOptions, openCheckpoint } from './store.ts';
