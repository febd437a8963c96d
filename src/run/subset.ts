import { stream } from '../core/index.ts';
import type { Opened } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { selectRows, stratifiedSplit } from '../data/index.ts';
import type { DataConfig } from './config.ts';

/**
 * What `train` is given as its data and its test data: with `rows`, so many of the rows to train on,
 * a share of every class, and as many more as the validation part takes. The rows to test on are the
 * same whatever `rows` is; where it is not below what there is, all are taken.
 */
export function trainingData(
  { data, test }: Opened,
  { rows, testShare, validation }: Pick<DataConfig, 'rows' | 'testShare' | 'validation'>,
  seed: number,
): { data: Dataset; test: Dataset | number } {
  if (rows === undefined) return { data, test: test ?? testShare };
  const k = data.classes.length;
  let rest = data;
  let tested: Dataset | number = test ?? 0;
  if (test === undefined && testShare > 0) {
    // the split that `train` itself would make
    const split = stratifiedSplit(data.labels, k, testShare, stream(seed, 'split/test'));
    rest = selectRows(data, split.rest);
    tested = selectRows(data, split.part);
  }
  const count = rowsFor(rows, validation);
  if (count >= rest.labels.length) return { data: rest, test: tested };
  const share = count / rest.labels.length;
  const { part } = stratifiedSplit(rest.labels, k, share, stream(seed, 'rows'), 'rows');
  return { data: selectRows(rest, part), test: tested };
}

/** The smallest number of rows of which `rows` are left to train on. */
function rowsFor(rows: number, validation: number): number {
  // rounding moves the left side by half a row at most
  let count = Math.max(rows, Math.floor((rows - 1) / (1 - validation)));
  while (count - Math.round(count * validation) < rows) count++;
  return count;
}
