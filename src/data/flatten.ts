import { SymlossError, show } from '../core/index.ts';

/** Objects or structs within each other, the row included, that become columns of a table. */
export const mostLevels = 32;

/** An object, and what is in it. */
type Nested<V> = Readonly<Record<string, V>>;

/**
 * A row whose objects are columns of their own: `{"user": {"age": 3}}` as `{"user.age": 3}`. Lists and objects of a class stay as
 * they are, and what they hold; an empty object is no value.
 * @param where what messages call the row
 * @param onObject is told the key of each object
 * @returns the row itself where no object is in it
 * @throws SymlossError where two values would have one key, or objects are nested deeper than 32 levels
 */
export function flattened<V>(
  where: string,
  row: Nested<V>,
  onObject: (key: string) => void = () => {},
): Nested<V> {
  if (!Object.values(row).some(isPlainObject)) return row;
  const flat = Object.create(null) as Record<string, V>; // a key may be called `__proto__`
  const add = (object: Nested<V>, prefix: string, level: number): void => {
    if (level > mostLevels) {
      const received = 'objects nested deeper';
      throw new SymlossError(where, `at most ${mostLevels} levels of objects`, received);
    }
    for (const [name, value] of Object.entries(object)) {
      const key = prefix === '' ? name : `${prefix}.${name.trim()}`;
      if (isPlainObject(value)) {
        onObject(key);
        add(value as Nested<V>, key.trim(), level + 1);
        continue;
      }
      if (Object.hasOwn(flat, key)) {
        throw new SymlossError(where, 'each column once', `${show(key)} twice`, {
          hint: 'an object within the row has a column for each of its keys, with a dot between the names; rename one of the keys',
        });
      }
      flat[key] = value;
    }
  };
  add(row, '', 1);
  return flat;
}

/** Whether it is an object that `{…}` or JSON makes: no list, and of no class such as Date. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
