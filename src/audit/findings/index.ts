export type { AmbiguousPair } from './ambiguous-pairs.ts';
export { ambiguousPairs } from './ambiguous-pairs.ts';
export type { ClassSizes } from './class-sizes.ts';
export { classSizes } from './class-sizes.ts';
export type {
  DuplicateGroup,
  Duplicates,
  DuplicatesOptions,
  RowNumbers,
} from './duplicates.ts';
export { duplicates, duplicatesInPieces } from './duplicates.ts';
export type { TellingWords } from './telling-words.ts';
export { tellingWords } from './telling-words.ts';
