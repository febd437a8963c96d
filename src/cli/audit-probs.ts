import { join } from 'node:path';
import { field, SymlossError, show } from '../core/index.ts';
import type { IdColumn } from '../data/dataset.ts';
import { openInputs } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { gatherRows, isRowFile } from '../data/index.ts';
import { normaliseSoftLabels, roundedNotice } from '../data/soft-labels.ts';
import { recordsFile } from '../experiments/index.ts';
import { readIfThere } from '../io/index.ts';
import { loadModel } from '../model/node/index.ts';
import type { AuditConfig } from '../review/index.ts';
import { probsOfClasses } from '../run/class-probs.ts';

/** Where the probabilities of an audit come from, if its models are not trained: a file, or a model. */
export interface GivenProbs {
  /** [n, k] in the order of the classes. */
  readonly probs: Float32Array | Float64Array;
  /** How they were read, one plain line each. */
  readonly notices: readonly string[];
  /** Whether the labels of the nearest rows count, too. */
  readonly neighbours: boolean;
  /** Who says them, in a sentence: `the model in m says`. */
  readonly says: string;
  /** The same as a source of estimates. */
  readonly basis: string;
}

/** @throws SymlossError if the file or the model is not as it should be, or does not fit the data */
export async function givenProbs(
  config: Pick<AuditConfig, 'probs' | 'savedModel' | 'folder'>,
  data: Dataset,
  sha256: string,
): Promise<GivenProbs | undefined> {
  const { probs, savedModel } = config;
  if (savedModel !== undefined) {
    return {
      probs: await modelProbs(savedModel, data, sha256),
      notices: [],
      neighbours: true,
      says: `the model in ${savedModel} says`,
      basis: `the model in ${savedModel}`,
    };
  }
  if (probs === undefined) return undefined;
  return {
    ...(await readProbs(probs, config.folder, data)),
    neighbours: false,
    says: 'the probabilities say',
    basis: `the probabilities in ${probs}`,
  };
}

/**
 * Probabilities in a file: columns named by the classes, or `prob_` and the class as `predict --probs` writes them; arrays
 * by their order. Rows are found by the ids of the data where the file has them, else they are in the order of the data. Those whose
 * sum is 1 up to rounding are divided by it.
 */
async function readProbs(
  file: string,
  folder: string | undefined,
  { classes, rowIds = [], labels }: Dataset,
): Promise<Pick<GivenProbs, 'probs' | 'notices'>> {
  const featureShape = [classes.length];
  const ownIds = rowIds.map(({ name }) => name);
  const open = (columns: readonly string[]) =>
    openInputs(
      file,
      { featureShape, columns },
      { missing: 'error', ownIds, ...(folder && { folder }) },
    );
  const { features, ids = [] } = await open(classes).catch((error) =>
    open(classes.map((name) => `prob_${name}`)).catch(() => {
      throw error;
    }),
  );
  if (isRowFile(features) || features instanceof Uint8Array) {
    throw new SymlossError(file, 'probabilities in memory', 'others');
  }
  const k = classes.length;
  const place = (row: number) => `${file}, row ${row + 1}`;
  const { softLabels: probs, rounded } = normaliseSoftLabels(place, features, k);
  const notices = roundedNotice(rounded).map((notice) => `${file}: ${notice}`);
  const known = rowIds.filter(({ name }) => ids.some((own) => own.name === name));
  if (known.length === 0) return { probs, notices };
  const places = placesById(file, known, ids);
  return { probs: gatherRows(probs, k, places, new Float32Array(labels.length * k)), notices };
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

/** What a saved model says of the rows. @throws SymlossError if it was trained on them, or does not have all their classes */
async function modelProbs(folder: string, data: Dataset, sha256: string): Promise<Float64Array> {
  const records = await readIfThere(join(folder, recordsFile), { expected: 'records of runs' });
  if (records?.includes(sha256)) {
    const expected = 'a model that was not trained on these rows';
    throw new SymlossError(field('savedModel'), expected, `that in ${folder}, which was`, {
      hint: `leave out ${field('savedModel')}: symloss audit trains models for rows that they have not seen`,
    });
  }
  const model = await loadModel(folder);
  try {
    const places = placesOf(folder, model.classes, data);
    const { probs } = await model.predictDataset(data).catch(named(data.name));
    return probsOfClasses(probs.length, (row) => probs[row] as Float32Array, places);
  } finally {
    await model.dispose();
  }
}

/** The same fault, of the data by their name. */
function named(name = 'the data'): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof SymlossError)) throw error;
    const { where, expected, received, hint } = error.parts;
    const place = where.replace(/^predictDataset/, name);
    throw new SymlossError(place, expected, received, { cause: error, ...(hint && { hint }) });
  };
}

/** Where the classes of the data are among those of the model. */
function placesOf(folder: string, known: readonly string[], { classes, labels }: Dataset) {
  const places = classes.map((name) => known.indexOf(name));
  const row = labels.findIndex((label) => places[label] === -1);
  if (row < 0) return places;
  const expected = `labels of the ${known.length} classes of the model in ${folder}`;
  throw new SymlossError(field('savedModel'), expected, show(classes[labels[row] as number]));
}
