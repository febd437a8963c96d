export type { Roots } from './below.ts';
export { findBelow, linkOut, rootsOf, staysBelow } from './below.ts';
export { lockFile, lockFolder } from './lock.ts';
export type { ReadOptions } from './read.ts';
export { exists, readBytes, readIfThere, readJson } from './read.ts';
export { isMissing, reasonOf } from './reason.ts';
export type { WriteOptions } from './write.ts';
export { besideOf, makeFolder, removeLeftovers, writeJson, writeWhole } from './write.ts';
