/** The file that columns were read from. */
const origins = new WeakMap<object, string>();

/** Keeps which file columns were read from, so that nothing is written over it. */
export function rememberOrigin(columns: object, path: string): void {
  origins.set(columns, path);
}

/** The file that columns were read from; `undefined` where they were given otherwise. */
export function originOf(columns: object | undefined): string | undefined {
  return columns && origins.get(columns);
}
