import { createHash } from 'node:crypto';
import { SymlossError } from '../core/index.ts';
import { readNoise } from '../train/index.ts';

/**
 * A noise spec in its canonical form, with the SHA-256 of the file that it names.
 * @throws SymlossError as `readNoise` does
 */
export function readNoiseSpec(spec: string): { spec: string; sha256?: string } {
  let sha256: string | undefined;
  const noise = readNoise(spec, (text) => {
    sha256 = createHash('sha256').update(text).digest('hex');
  });
  return { spec: noise.spec, ...(sha256 !== undefined && { sha256 }) };
}

/** @throws SymlossError unless the file that a noise names is as it was */
export function checkNoiseFile(spec: string, expected: string): void {
  const { sha256 = 'no file' } = readNoiseSpec(spec);
  if (sha256 === expected) return;
  throw new SymlossError(`noise ${spec}`, `a file with SHA-256 ${expected}`, sha256, {
    hint: 'the file has changed since the grid was read, or is another one on this machine; start the grid again',
  });
}
