/** Columns for DuckDB, to which names that differ in case only are one: the second of a name gets a number, `label_2`. */
export function withDistinctNames<C extends { readonly name: string }>(columns: readonly C[]): C[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    let name = column.name;
    for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${column.name}_${i}`;
    taken.add(name.toLowerCase());
    return { ...column, name };
  });
}
