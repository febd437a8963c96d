import type { z } from 'zod';
import { parseYaml } from '../../experiments/grid/yaml.ts';
import { readBytesSync } from '../../io/index.ts';
import { rememberOrigin } from '../../run/columns-origin.ts';
import { parsed } from '../../run/faults.ts';
import { fields } from '../../run/fields.ts';

/**
 * A file that says what columns are, in YAML or JSON: `zip code: categorical`, one a line.
 * @throws SymlossError if it cannot be read, or names no kind of columns
 */
export function columnsFile(path: string): z.output<typeof fields.columns.schema> {
  const expected = 'a YAML file that says what columns are';
  const text = readBytesSync(path, { expected }).toString('utf8');
  const columns = parsed(fields.columns.schema, parseYaml(path, text).content, path);
  rememberOrigin(columns, path);
  return columns;
}
