import { SymlossError, show } from '../../../core/index.ts';
import { mostLevels } from '../shared/nested.ts';
import type { Json, JsonObject } from './parse.ts';

/**
 * A row whose objects are columns of their own: `{"user": {"age": 3}}` as `{"user.age": 3}`. Lists stay as they are, and what they
 * hold; an empty object is no value.
 * @param where what messages call the row
 * @param onObject is told the key of each object
 * @throws SymlossError where two values would have one key, or objects are nested deeper than 32 levels
 */
export function flattened(
  where: string,
  row: JsonObject,
  onObject: (key: string) => void = () => {},
): JsonObject {
  if (!Object.values(row).some(isObject)) return row;
  const flat = Object.create(null) as Record<string, Json>; // a key may be called `__proto__`
  const add = (object: JsonObject, prefix: string, level: number): void => {
    if (level > mostLevels) {
      const received = 'objects nested deeper';
      throw new SymlossError(where, `at most ${mostLevels} levels of objects`, received);
    }
    for (const [name, value] of Object.entries(object)) {
      const key = prefix === '' ? name : `${prefix}.${name.trim()}`;
      if (isObject(value)) {
        onObject(key);
        add(value, key.trim(), level + 1);
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

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
