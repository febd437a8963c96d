export type { Annotations } from './annotations.ts';
export {
  checkAnnotations,
  isLabelled,
  renumberAnnotations,
  selectAnnotations,
} from './annotations.ts';
export type { AnnotatedLabels } from './labels.ts';
export { annotatedLabels } from './labels.ts';
export type { LongLabels } from './long.ts';
export { labelsByItem } from './long.ts';
export { annotatorQuality } from './quality.ts';
