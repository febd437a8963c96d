import { invariant } from '../../../core/index.ts';
import type { AddedColumn, Relabelling, RelabelOptions } from '../shared/relabelling.ts';
import { checkIsNew, checkRows, labelOf, requireLabel } from '../shared/relabelling.ts';
import { textStart } from '../shared/text-content.ts';
import { ColumnNames } from '../table/names.ts';
import type { Line } from './lines.ts';
import { lines } from './lines.ts';
import { isEmptyObject, valuePlace } from './parse.ts';
import { JsonTable } from './table.ts';

const form = 'JSON lines';

/**
 * Files of JSON lines as one with other labels: every other character of a line stays as it is. Blank lines are left out.
 */
export async function* relabelJsonl(
  paths: readonly string[],
  changes: Relabelling,
  options: RelabelOptions,
): AsyncGenerator<Uint8Array> {
  const [first] = paths as readonly [string];
  const label = requireLabel(changes);
  for (const path of paths) {
    const table = await JsonTable.open(path, options);
    if (changes.added !== undefined) checkIsNew(path, table, changes.added);
    if (path === first) new ColumnNames(table).find('label column', label);
  }
  const cells = await labelCells(paths, label, changes, options);
  let rows = 0;
  for await (const [path, some] of linesOf(paths, options)) {
    const written: string[] = [];
    for (const line of some) {
      const row = rows++;
      if (changes.dropped?.has(row)) continue;
      written.push(`${relabelled(path, line, row, { ...changes, label }, cells)}\n`);
    }
    if (written.length > 0) yield Buffer.from(written.join(''));
  }
  checkRows(first, changes, rows);
}

function relabelled(
  path: string,
  { text }: Line,
  row: number,
  { label, labels, added }: Relabelling & { readonly label: string },
  cells: ReadonlyMap<number, string>,
): string {
  const place = valuePlace(text, label);
  const old = place && text.slice(...place);
  const source = labels.get(row);
  const rest = added === undefined ? text : withColumn(text, added, row, old);
  if (source === undefined) return rest;
  invariant(place !== undefined, `${path}, row ${row + 1}: no label`);
  return `${rest.slice(0, place[0])}${labelOf(cells, source, path)}${rest.slice(place[1])}`;
}

/** @param old the label as it was */
function withColumn(
  text: string,
  { name, cell }: AddedColumn,
  row: number,
  old: string | undefined,
): string {
  const value = cell === 'label' ? (old ?? 'null') : JSON.stringify(cell(row));
  const end = text.lastIndexOf('}');
  const comma = isEmptyObject(text) ? '' : ', ';
  return `${text.slice(0, end).trimEnd()}${comma}${JSON.stringify(name)}: ${value}${text.slice(end)}`;
}

/** The labels of some rows as they are written. */
async function labelCells(
  paths: readonly string[],
  label: string,
  { labels }: Relabelling,
  options: RelabelOptions,
): Promise<ReadonlyMap<number, string>> {
  const wanted = new Set(labels.values());
  const cells = new Map<number, string>();
  let rows = 0;
  for await (const [path, some] of linesOf(paths, options)) {
    for (const { text } of some) {
      const row = rows++;
      if (!wanted.has(row)) continue;
      const place = valuePlace(text, label);
      invariant(place !== undefined, `${path}, row ${row + 1}: no label`);
      cells.set(row, text.slice(...place));
    }
  }
  return cells;
}

async function* linesOf(
  paths: readonly string[],
  { signal }: RelabelOptions,
): AsyncGenerator<readonly [path: string, lines: readonly Line[]]> {
  for (const path of paths) {
    const { gzip } = await textStart(path, 4, form, 'a file of JSON lines');
    for await (const some of lines(path, { gzip, signal, form })) yield [path, some];
  }
}
