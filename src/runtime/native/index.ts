export type { Engine } from './library.ts';
export { openEngine } from './library.ts';
export { NativeState } from './native-state.ts';
