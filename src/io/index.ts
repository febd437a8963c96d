export { lockFile, lockFolder } from './lock.ts';
export { NoRegularFile, openFile, openFileSync } from './open.ts';
export type { ReadOptions } from './read.ts';
export { exists, readBytes, readBytesSync, readIfThere, readJson } from './read.ts';
export { isMissing, reasonOf } from './reason.ts';
export type { WriteOptions } from './write.ts';
export { besideOf, makeFolder, removeLeftovers, writeJson, writeWhole } from './write.ts';
