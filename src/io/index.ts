export type { Roots } from './below.ts';
export { findBelow, linkOut, rootsOf, staysBelow } from './below.ts';
export { checkNoLink, openToAppend } from './link.ts';
export type { FolderLock } from './lock.ts';
export { lockFile, lockFolder } from './lock.ts';
export { NoRegularFile, openFile, openFileSync } from './open.ts';
export type { OutputOptions } from './outputs.ts';
export { checkOutputs, inputAt } from './outputs.ts';
export { isRunning, placeOfNumbers } from './processes.ts';
export type { ReadOptions } from './read.ts';
export { exists, namesIn, readBytes, readBytesSync, readIfThere, readJson } from './read.ts';
export { fullDisk, isMissing, reasonOf } from './reason.ts';
export { spreadsheetCell } from './spreadsheet.ts';
export type { WriteOptions } from './write.ts';
export {
  besideOf,
  makeFolder,
  removeLeftovers,
  writeJson,
  writeTogether,
  writeWhole,
} from './write.ts';
