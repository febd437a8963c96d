import { SymlossError, show } from '../core/index.ts';
import type { ParseNoiseOptions } from './noise.ts';

/** @throws SymlossError without `readFile` */
export function fileText(path: string, { readFile }: ParseNoiseOptions): string {
  if (readFile !== undefined) return readFile(path);
  throw new SymlossError('noise', 'a spec without a file', show(path), {
    hint: 'pass { readFile }, or make the model with asymmetricNoise or matrixNoise',
  });
}
