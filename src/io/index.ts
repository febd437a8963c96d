export type { FolderLock } from './lock.ts';
export { lockFile, lockFolder } from './lock.ts';
export type { ReadOptions } from './read.ts';
export { exists, readBytes, readIfThere, readJson } from './read.ts';
export { isMissing, reasonOf } from './reason.ts';
export type { WriteOptions } from './write.ts';
export {
  besideOf,
  jsonText,
  makeFolder,
  removeLeftovers,
  writeJson,
  writeTogether,
  writeWhole,
} from './write.ts';
