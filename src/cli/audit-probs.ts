import { join } from 'node:path';
import { field, SymlossError, show } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { recordsFile } from '../experiments/index.ts';
import { readIfThere } from '../io/index.ts';
import { loadModel } from '../model/node/index.ts';
import type { AuditConfig } from '../review/index.ts';
import { probsOfClasses } from '../run/class-probs.ts';
import { readProbs } from './probs-file.ts';

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
