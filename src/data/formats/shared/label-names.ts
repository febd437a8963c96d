import { SymlossError, show } from '../../../core/index.ts';

/**
 * The label columns that a text names: one, or several with commas between them, one of each annotator. A column whose
 * own name has commas is meant by its whole name.
 * @param has whether there is a column of that name
 * @throws SymlossError if one is named twice
 */
export function labelNames(
  where: string,
  label: string,
  has: (name: string) => boolean,
): readonly string[] {
  if (has(label) || !label.includes(',')) return [label];
  const names = label.split(',').map((name) => name.trim());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new SymlossError(where, 'label columns that differ', `${show(twice)} twice`);
  }
  return names;
}
