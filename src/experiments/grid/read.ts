import { closest, show } from '../../core/index.ts';
import { readBytes } from '../../io/index.ts';
import { parsed } from '../../run/faults.ts';
import { loadLossModules } from '../../run/loss-modules.ts';
import { checkEfforts, expandGrid } from './expand.ts';
import type { Grid } from './schema.ts';
import { gridSchema } from './schema.ts';
import type { YamlFile } from './yaml.ts';
import { located, parseYaml } from './yaml.ts';

/** No grid that somebody wrote is larger; in bytes. */
const largest = 2 ** 24;

export interface ReadGridOptions {
  /** Grids that are known by name. */
  readonly presets?: Readonly<Record<string, Grid>>;
}

/**
 * Reads a grid from a YAML or JSON file, or takes the preset of that name, loads its modules and
 * checks all of its runs.
 * @throws SymlossError naming the file, the place in it, what was expected and what was received
 */
export async function readGrid(
  pathOrPreset: string,
  { presets = {} }: ReadGridOptions = {},
): Promise<Grid> {
  const preset = Object.hasOwn(presets, pathOrPreset) ? presets[pathOrPreset] : undefined;
  const where = preset === undefined ? pathOrPreset : `preset ${pathOrPreset}`;
  const { content, locate }: YamlFile =
    preset === undefined
      ? await readYaml(pathOrPreset, Object.keys(presets))
      : { content: preset, locate: () => '' };
  return located(where, locate, async () => {
    const grid = parsed(gridSchema, withPlainData(content), where);
    await loadLossModules(grid.modules ?? []);
    checkEfforts(grid, where);
    expandGrid(grid, where); // for what it throws
    return grid;
  });
}

async function readYaml(file: string, presets: readonly string[]): Promise<YamlFile> {
  const similar = closest(file, presets);
  const known = presets.length === 0 ? '' : ` or one of ${presets.join(', ')}`;
  const bytes = await readBytes(file, {
    expected: `a grid file${known}`,
    hint: similar === undefined ? undefined : `did you mean ${show(similar)}?`,
    atMost: largest,
  });
  return parseYaml(file, bytes.toString('utf8'));
}

/** `data: [digits]` is short for `data: [{ source: digits }]`. */
function withPlainData(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || !('data' in content)) return content;
  const { data } = content;
  const list = typeof data === 'string' ? [data] : data;
  if (!Array.isArray(list)) return content;
  return {
    ...content,
    data: list.map((entry: unknown) => (typeof entry === 'string' ? { source: entry } : entry)),
  };
}
