import { isAbsolute, sep } from 'node:path';
// biome-ignore lint/suspicious/noDeprecatedImports: one overload is, not this one
import { glob } from 'tinyglobby';
import { SymlossError } from '../../../core/index.ts';

/** Whether a text stands for the files whose names match it, if it is not a file itself. */
export function isPattern(source: string): boolean {
  return /[*?[{]/.test(source);
}

/**
 * The files whose paths match a pattern: `*` stands for any characters of a name, `?` for one, `[ab]` for one of some,
 * `{a,b}` for either, `**` for folders of any depth. Names that start with a dot match only where the pattern has it.
 * @param signal ends the search, which then fails with its reason
 * @returns their paths, in the order of their code units
 * @throws SymlossError where there is none
 */
export async function matchingFiles(pattern: string, signal?: AbortSignal): Promise<string[]> {
  const slashed = sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  const found = await glob(slashed, {
    absolute: isAbsolute(pattern),
    expandDirectories: false,
    ...(signal && { signal }),
  });
  signal?.throwIfAborted(); // without an error it may have been ended, too
  if (found.length > 0) return found.sort((a, b) => (a < b ? -1 : 1));
  throw new SymlossError(pattern, 'files whose paths match', 'none');
}
