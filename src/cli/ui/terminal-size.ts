/** Fewer columns would leave no room for words. */
const leastColumns = 20;

/** The size of a terminal; 80 × 24 where it has none, or says 0 as some do. */
export function terminalSize({
  columns = 0,
  rows = 0,
}: {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}): { readonly columns: number; readonly rows: number } {
  return {
    columns: columns > 0 ? Math.max(leastColumns, columns) : 80,
    rows: rows > 0 ? rows : 24,
  };
}
