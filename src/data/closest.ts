export { closest, editDistance } from '../core/index.ts';
