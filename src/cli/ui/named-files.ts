import { InvalidArgumentError } from 'commander';

/**
 * Adds `name=file` to those of the same option before it. The name ends at the first `=`.
 * @throws InvalidArgumentError for another form, and for a name that is there already
 */
export function namedFile(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, name = '', file] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (file === undefined) {
    throw new InvalidArgumentError('Expected a name and a file, such as emb=vectors.npy.');
  }
  if (Object.hasOwn(before, name)) {
    throw new InvalidArgumentError(`Expected one file for each name, received two for ${name}.`);
  }
  return { ...before, [name]: file };
}
