import type { Pieces } from '../core/index.ts';
import { sizeOf } from '../core/index.ts';
import type { Opened } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { isImages, isRowFile } from '../data/index.ts';
import { isAnyTable } from '../features/index.ts';
import { splitRows } from '../train/row-split.ts';
import type { RunConfig } from './config.ts';
import { duplicatesOf } from './findings.ts';
import { nearRows } from './near-repeats.ts';

/** Of the test rows, how many must be among the others to be told: in tables of a few categories some are by chance. */
const leastShare = 0.1;
/** Of a part of the data's own rows at least so many: it may be small. */
const leastRows = 5;
/** Numbers that are compared at most: more take long. */
const mostNumbers = 50_000_000;

/**
 * Says so where many of the rows that a run is tested on are also rows to train on, whether they are data of their own or a part of
 * the rows; in pieces. With `rows`, which leaves out most of the others, a part is not looked at.
 */
export function repeatsOfRun(
  { data, test }: Opened,
  { data: { rows, testShare }, seed }: Pick<RunConfig, 'data' | 'seed'>,
): Pieces<string[]> {
  if (test !== undefined) return repeatsInTest(data, test);
  return repeatsInPart(data, rows === undefined ? testShare : 0, seed);
}

/** Says so where many rows of test data are also rows to train on; in pieces. */
export function* repeatsInTest(data: Dataset, test: Dataset): Pieces<string[]> {
  if (isLarge(data, data.labels.length + test.labels.length) || isRowFile(test.features)) return [];
  const { inTest } = yield* duplicatesOf(data, data.labels, test);
  const { testRows } = inTest;
  if (testRows < leastShare * test.labels.length) return [];
  return [warningOf(data, testRows, test.labels.length)];
}

/**
 * Says so where many rows of the part that a run sets apart to test on are the same as others, and not by chance; in pieces.
 * @param share of the rows, 0 for none
 */
export function* repeatsInPart(data: Dataset, share: number, seed: number): Pieces<string[]> {
  if (share === 0 || isLarge(data, data.labels.length)) return [];
  const { test } = splitRows(data, { given: undefined, test: share, validation: 0 }, seed);
  const isTested = new Uint8Array(data.labels.length);
  for (const row of test) isTested[row] = 1;
  const { groups } = yield* duplicatesOf(data, data.labels, undefined);
  const repeated = groups.flatMap(({ rows }) => {
    const tested = rows.filter((row) => isTested[row] === 1).length;
    return tested === 0 || tested === rows.length ? [] : [{ first: rows[0], tested }];
  });
  const few = Math.max(leastRows, leastShare * test.length);
  const seen = total(repeated);
  if (seen < few) return [];
  if (isAnyTable(data)) {
    const copies = new Set(groups.flatMap(({ rows }) => rows.slice(1)));
    const contents = [...data.labels.keys()].filter((row) => !copies.has(row));
    const near = yield* nearRows(data, contents);
    if (total(repeated.filter(({ first }) => !near.has(first as number))) < few) return [];
  }
  const remedy =
    data.groups === undefined && !isImages(data)
      ? 'remove repeated rows, or keep rows of one origin in one part (--group)'
      : 'remove repeated rows';
  return [`${warningOf(data, seen, test.length)}; ${remedy}`];
}

const total = (groups: readonly { readonly tested: number }[]): number =>
  groups.reduce((sum, { tested }) => sum + tested, 0);

function isLarge({ features, featureShape }: Dataset, rows: number): boolean {
  return isRowFile(features) || rows * sizeOf(featureShape) > mostNumbers;
}

const warningOf = (data: Dataset, repeated: number, tested: number): string =>
  `warning: ${repeated} of the ${tested} test rows are the same in every ${isImages(data) ? 'pixel' : 'column'} as rows to train on: what is measured on them was seen before`;
