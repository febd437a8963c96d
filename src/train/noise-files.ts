import { readFileSync } from 'node:fs';
import { SymlossError } from '../core/index.ts';
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
      const text = readFile(path);
      onFile?.(text);
      return text;
    },
  });
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const received = code === 'ENOENT' ? 'no such file' : code;
    throw new SymlossError(path, 'a readable file of the noise', received, { cause });
  }
}
