import { createHash } from 'node:crypto';
import { SymlossError } from '../core/index.ts';
import { readBytesSync } from '../io/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import { parseNoise } from '../noise/index.ts';

export interface NoiseFiles {
  /** SHA-256 that the file must have; it is checked before the content is looked at. */
  readonly sha256?: string | undefined;
  /** Where a file lies that a spec names, `undefined` for nowhere. Default: where the spec says. */
  readonly find?: ((path: string) => string | undefined) | undefined;
}

/**
 * `parseNoise` with files: reads those that a spec names, such as `matrix:file.csv`.
 * @throws SymlossError as `parseNoise` does, and for a file that cannot be read or is another one
 */
export function readNoise(spec: string, files: NoiseFiles = {}): LabelNoise {
  return read(spec, files).noise;
}

/** The files that a noise spec names; what is wrong with it is said where it is used. */
export function filesOfNoise(spec: string): string[] {
  const files: string[] = [];
  try {
    parseNoise(spec, {
      readFile: (path) => {
        files.push(path);
        return '';
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
  const { noise, sha256 } = read(spec, {});
  return { spec: noise.spec, ...(sha256 !== undefined && { sha256 }) };
}

function read(spec: string, { sha256, find }: NoiseFiles): { noise: LabelNoise; sha256?: string } {
  let found: string | undefined;
  const readFile = (path: string): string => {
    const place = find === undefined ? path : find(path);
    const text = place === undefined ? undefined : textOf(place, find !== undefined);
    found = text === undefined ? 'none' : createHash('sha256').update(text).digest('hex');
    if (text === undefined || (find !== undefined && found !== sha256)) throw notHere(spec);
    if (sha256 !== undefined && found !== sha256) throw changed(spec);
    return text;
  };
  const noise = parseNoise(spec, { readFile });
  if (sha256 !== undefined && found === undefined) throw changed(spec);
  return { noise, ...(found !== undefined && { sha256: found }) };
}

/** Where files are looked for below folders, one that cannot be read is as good as none. */
function textOf(place: string, isFound: boolean): string | undefined {
  try {
    return readBytesSync(place, { expected: 'a readable file of the noise' }).toString('utf8');
  } catch (cause) {
    if (isFound) return undefined;
    throw cause;
  }
}

function changed(spec: string): SymlossError {
  return new SymlossError(`noise ${spec}`, 'the file as the grid read it', 'another content', {
    hint: 'the file has changed since; start the grid again',
  });
}

/** One answer, whatever is there instead: it tells nothing about other files. */
function notHere(spec: string): SymlossError {
  return new SymlossError(
    `noise ${spec}`,
    "the grid's file, by its SHA-256, below the data folders of this worker",
    'none',
    { hint: 'copy it there' },
  );
}
