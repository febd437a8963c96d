import type { Pieces } from '../core/index.ts';
import { sizeOf } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { isRowFile } from '../data/index.ts';
import { duplicatesOf } from './findings.ts';

/** Of the test rows, how many must be among the others to be told: in tables of a few categories some are by chance. */
const leastShare = 0.1;
/** Numbers that are compared at most: more take long. */
const mostNumbers = 50_000_000;

/** Says so where many rows of test data are also rows to train on; in pieces. */
export function* repeatsInTest(data: Dataset, test: Dataset): Pieces<string[]> {
  const rows = data.labels.length + test.labels.length;
  const areLarge = isRowFile(data.features) || isRowFile(test.features);
  if (areLarge || rows * sizeOf(data.featureShape) > mostNumbers) return [];
  const { inTest } = yield* duplicatesOf(data, data.labels, test);
  const { testRows } = inTest;
  if (testRows < leastShare * test.labels.length) return [];
  return [
    `warning: ${testRows} of the ${test.labels.length} test rows are the same in every column as rows to train on: what is measured on them was seen before`,
  ];
}
