import { createHash } from 'node:crypto';
import { SymlossError } from '../core/index.ts';
import { readBytesSync } from '../io/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import { parseNoise } from '../noise/index.ts';

/**
 * `parseNoise` with files: reads those that a spec names, such as `matrix:file.csv`.
 * @param onFile told what was read
 * @throws SymlossError as `parseNoise` does, and for a file that cannot be read
 */
export function readNoise(spec: string, onFile?: (text: string) => void): LabelNoise {
  return parseNoise(spec, {
    readFile: (path) => {
      const text = readBytesSync(path, { expected: 'a readable file of the noise' }).toString(
        'utf8',
      );
      onFile?.(text);
      return text;
    },
  });
}

/** The files that a noise spec names; what is wrong with it is said where it is used. */
export function filesOfNoise(spec: string): string[] {
  const files: string[] = [];
  try {
    parseNoise(spec, {
      readFile: (path) => {
        files.push(path);
        return readFile(path);
      },
    });
  } catch {} // columns are no noise that is read here
  return files;
}

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
