import type { z } from 'zod';
import { parseYaml } from '../../experiments/grid/yaml.ts';
import { readBytesSync } from '../../io/index.ts';
import { parsed } from '../../run/faults.ts';
import { fields } from '../../run/fields.ts';

/** The file that columns were read from. */
const origins = new WeakMap<object, string>();

/**
 * A file that says what columns are, in YAML or JSON: `zip code: categorical`, one a line.
 * @throws SymlossError if it cannot be read, or names no kind of columns
 */
export function columnsFile(path: string): z.output<typeof fields.columns.schema> {
  const expected = 'a YAML file that says what columns are';
  const text = readBytesSync(path, { expected }).toString('utf8');
  const columns = parsed(fields.columns.schema, parseYaml(path, text).content, path);
  origins.set(columns, path);
  return columns;
}

/** The file that `columnsFile` read columns from. */
export function originOf(columns: object | undefined): string | undefined {
  return columns && origins.get(columns);
}
