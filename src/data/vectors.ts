/** The vector that `name[3]` is a number of, and at which place; `undefined` for other names. */
export function vectorPlace(
  name: string,
): { readonly vector: string; readonly place: number } | undefined {
  const [, vector, place] = /^(.*)\[(\d+)\]$/s.exec(name) ?? [];
  return vector === undefined ? undefined : { vector, place: Number(place) };
}

/** The vector that `name[3]` is a number of; other names as they are. */
export function vectorOf(name: string): string {
  return vectorPlace(name)?.vector ?? name;
}
