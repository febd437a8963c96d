import { SymlossError, show } from '../../../core/index.ts';

/**
 * Where the named columns of a table are.
 * @param names '' where a column has none
 * @throws SymlossError if two have one name
 */
export function placesOf(path: string, names: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const first = places.get(name);
    if (first !== undefined) {
      const received = `${show(name)} for columns ${first + 1} and ${i + 1}`;
      throw new SymlossError(`${path}, header`, 'a different name for each column', received, {
        hint: 'rename one of them',
      });
    }
    if (name !== '') places.set(name, i);
  }
  return places;
}
