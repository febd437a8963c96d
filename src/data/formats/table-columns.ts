import { findSource } from './find-format.ts';

/** Names of the columns of a table, in their order; `undefined` where a source is no table. @throws SymlossError where it cannot be read */
export async function tableColumns(source: string): Promise<readonly string[] | undefined> {
  const { format, path } = await findSource(source);
  return (await format.openTable?.(path, {}))?.columns;
}
