import { field, SymlossError, show } from '../core/index.ts';
import type { IdColumn } from '../data/dataset.ts';
import type { OpenedRows } from '../data/formats/index.ts';
import { openInputs, tableColumns } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { gatherRows, isRowFile } from '../data/index.ts';
import { normaliseSoftLabels, roundedNotice } from '../data/soft-labels.ts';
import { list } from '../data/text.ts';

/** Probabilities of a file. */
export interface FileProbs {
  /** [n, k], for the rows of the data, in the order of their classes. */
  readonly probs: Float32Array;
  /** How they were read, one plain line each. */
  readonly notices: readonly string[];
}

/**
 * Probabilities in a file: columns named by the classes, or `prob_` and the class as `predict --probs` writes them; arrays
 * by their order. Rows are found by the ids of the data where the file has them, else they are in the order of the data. Those whose
 * sum is 1 up to rounding are divided by it.
 * @throws SymlossError naming file and row, from 1, of what is no probability, and where the file does not fit the data
 */
export async function readProbs(
  file: string,
  folder: string | undefined,
  data: Dataset,
): Promise<FileProbs> {
  const { classes, rowIds = [], labels } = data;
  const k = classes.length;
  const { rows, names } = await openProbs(file, folder, data);
  const { features, ids = [] } = rows;
  if (isRowFile(features) || features instanceof Uint8Array) {
    throw new SymlossError(file, 'probabilities in memory', 'others');
  }
  const isTable = rows.ids !== undefined;
  checkProbs(file, features, isTable ? names.map(columnPlace) : classes.map(classPlace));
  const { softLabels: probs, rounded } = await withSums(file, features, k, async () =>
    isTable ? unreadColumns(file, [...names, ...ids.map(({ name }) => name)]) : [],
  );
  const notices = roundedNotice(rounded).map((notice) => `${file}: ${notice}`);
  const known = rowIds.filter(({ name }) => ids.some((own) => own.name === name));
  if (known.length === 0) {
    checkRows(file, features.length / k, data);
    return { probs, notices };
  }
  const places = placesById(file, known, ids);
  return { probs: gatherRows(probs, k, places, new Float32Array(labels.length * k)), notices };
}

const columnPlace = (name: string) => `column ${show(name)}`;
const classPlace = (name: string, i: number) => `class ${show(name)} (number ${i + 1})`;

/** @returns also what the columns are called, where they are columns */
async function openProbs(
  file: string,
  folder: string | undefined,
  { classes, rowIds = [] }: Dataset,
): Promise<{ rows: OpenedRows; names: readonly string[] }> {
  const ownIds = rowIds.map(({ name }) => name);
  const shape = {
    featureShape: [classes.length],
    reason: `one for each class of the data (${list(classes)})`,
  };
  const open = async (names: readonly string[]) => {
    const input = { ...shape, columns: names };
    return { rows: await openInputs(file, input, { ownIds, ...(folder && { folder }) }), names };
  };
  return open(classes).catch((error) =>
    open(classes.map((name) => `prob_${name}`)).catch(() => {
      throw error;
    }),
  );
}

/** @throws SymlossError naming the first number that is no probability */
function checkProbs(file: string, probs: Float32Array, places: readonly string[]): void {
  const k = places.length;
  const at = probs.findIndex((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
  if (at < 0) return;
  const value = probs[at] as number;
  throw new SymlossError(
    `${file}, row ${Math.floor(at / k) + 1}, ${places[at % k]}`,
    'a probability, a number of at least 0',
    Number.isNaN(value) ? 'no number' : `${Number(value.toPrecision(6))}`,
    { hint: value < 0 ? 'scores (logits) need a softmax' : 'every row needs one for every class' },
  );
}

/** @throws SymlossError naming the first row whose sum is not 1, and the columns that are not read */
async function withSums(
  file: string,
  probs: Float32Array,
  k: number,
  unread: () => Promise<readonly string[]>,
): Promise<ReturnType<typeof normaliseSoftLabels>> {
  try {
    return normaliseSoftLabels((row) => `${file}, row ${row + 1}`, probs, k);
  } catch (error) {
    if (!(error instanceof SymlossError)) throw error;
    const { where, expected, received, hint } = error.parts;
    const names = await unread();
    const others = `columns that name no class of the data are not read: ${list(names)}`;
    const hints = [...(names.length > 0 ? [others] : []), ...(hint === undefined ? [] : [hint])];
    throw new SymlossError(where, expected, received, { cause: error, hint: hints.join('; ') });
  }
}

async function unreadColumns(file: string, read: readonly string[]): Promise<readonly string[]> {
  const columns = (await tableColumns(file)) ?? [];
  return columns.filter((name) => name !== '' && !read.includes(name));
}

/** @throws SymlossError where there is not a row for each of the data */
function checkRows(file: string, rows: number, { labels, sourceRows, rowIds }: Dataset): void {
  const n = labels.length;
  if (rows === n) return;
  const byIds =
    rowIds === undefined ? `, or name a column that tells rows apart (${field('id')})` : '';
  throw new SymlossError(file, `${n} rows, one for each row of the data`, String(rows), {
    hint: sourceRows && `leave out the rows that are left out of the data${byIds}`,
  });
}

/**
 * Of each row of the data its place in a file with the same ids. Ids that repeat must stand in the same order.
 * @throws SymlossError naming the first row of which there is none
 */
function placesById(
  file: string,
  known: readonly IdColumn[],
  given: readonly IdColumn[],
): Uint32Array {
  const columns = known.map(({ name }) => given.find((own) => own.name === name) as IdColumn);
  const keysOf = (own: readonly IdColumn[]): string[] =>
    Array.from(own[0]?.values ?? [], (_, row) => JSON.stringify(own.map((c) => c.values[row])));
  const [wanted, there] = [keysOf(known), keysOf(columns)];
  const rows = new Map(there.map((key, row) => [key, row]));
  const areUnique = rows.size === there.length;
  return Uint32Array.from(wanted, (key, row) => {
    const place = there[row] === key ? row : areUnique ? rows.get(key) : undefined;
    if (place !== undefined) return place;
    const idOf = (own: readonly IdColumn[]) =>
      own.map(({ name, values }) => `${name} ${show(values[row])}`).join(', ');
    const expected = areUnique
      ? `a row for ${idOf(known)}, row ${row + 1} of the data`
      : `${idOf(known)} in row ${row + 1}, as in the data, since ids repeat`;
    throw new SymlossError(file, expected, areUnique ? 'none' : idOf(columns));
  });
}
