/**
 * What a record of type T must be: each of its values a `V`, those in its objects, too. Types of records are written as
 * `T extends RecordOf<T, V>`: an `interface` or a class has no index signature, and is not assignable to `Record<string, V>`.
 */
export type RecordOf<T, V> = object & { readonly [K in keyof T]: ValueOf<T[K], V> };

type ValueOf<T, V> = T extends V
  ? T
  : T extends (...args: never) => unknown
    ? V
    : T extends object
      ? { readonly [K in keyof T]: ValueOf<T[K], V> }
      : V;
