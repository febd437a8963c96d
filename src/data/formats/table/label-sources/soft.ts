import { field, SymlossError, show } from '../../../../core/index.ts';
import type { Comma } from '../../../numbers.ts';
import { normaliseSoftLabels, roundedNotice } from '../../../soft-labels.ts';
import type { TableFile } from '../../shared/table-file.ts';
import type { MemoryBudget } from '../budget.ts';
import type { Column } from '../column.ts';
import { LabelColumn, leaveOutHint } from '../labels.ts';
import { cellPlace } from '../names.ts';
import { numbersOf } from '../other-numbers.ts';
import type { LabelSource } from './source.ts';

/** Of a share: float64 as read, again without the rows that are left out, and float32. */
const shareBytes = 2 * Float64Array.BYTES_PER_ELEMENT + Float32Array.BYTES_PER_ELEMENT;

/**
 * The share of each class in a column of its own, `prob_cat`, `prob_dog`, …, or all in one column of lists. Classes are
 * what follows the prefix, in the order of the columns; of lists 0, …, k − 1.
 */
export function softLabels(
  file: TableFile,
  prefix: string,
  truth: number | undefined,
  { budget, comma }: { readonly budget: MemoryBudget; readonly comma: Comma | undefined },
): LabelSource {
  const whole = file.columns.indexOf(prefix);
  const found = [...file.columns.keys()].filter((column) => {
    const name = file.columns[column] as string;
    return name.startsWith(prefix) && name.length > prefix.length && column !== truth;
  });
  const shares = whole >= 0 ? [whole] : found;
  if (whole < 0 && found.length < 2) {
    const expected = `columns ${prefix}… of at least 2 classes, or one of lists`;
    const received = found.length === 0 ? 'none' : show(file.columns[found[0] as number]);
    throw new SymlossError(`${file.path}, ${field('softLabels')}`, expected, received);
  }
  const columns = truth === undefined ? shares : [...shares, truth];
  return {
    columns,
    own: columns,
    take(read, mayDrop) {
      const list = read[0] as Column;
      if (whole >= 0 && list.form !== 'lists') {
        const place = cellPlace(file, 0, whole);
        throw new SymlossError(place, 'a list with the share of each class', 'no list');
      }
      const size = (whole >= 0 ? list.width : shares.length) * list.rows * shareBytes;
      budget.hold(size, () => `${file.path}, ${field('softLabels')}`);
      const { values, k, rows } =
        whole >= 0 ? listShares(list) : columnShares(read, shares.length, comma);
      const names = shares.map((column) => (file.columns[column] as string).slice(prefix.length));
      const classes = whole >= 0 ? Array.from({ length: k }, (_, c) => String(c)) : names;
      const known =
        truth === undefined
          ? undefined
          : new LabelColumn(file, truth, read[shares.length] as Column);
      const hasShares = (row: number) =>
        values.subarray(row * k, (row + 1) * k).every((share) => !Number.isNaN(share));
      if (!mayDrop) {
        known?.checkComplete(true);
        for (let row = 0; row < rows; row++) {
          if (hasShares(row)) continue;
          const at = values.subarray(row * k, (row + 1) * k).findIndex(Number.isNaN);
          const place = cellPlace(file, row, shares[whole >= 0 ? 0 : at] as number);
          throw new SymlossError(place, 'the share of a class, a number', 'another cell, or none', {
            hint: leaveOutHint(),
          });
        }
      }
      return {
        isFilled: (row) => hasShares(row) && (known?.isFilled(row) ?? true),
        of(kept) {
          const own = new Float64Array(kept.length * k);
          for (const [i, row] of kept.entries()) {
            own.set(values.subarray(row * k, (row + 1) * k), i * k);
          }
          const placeOf = (i: number) =>
            `${file.place((kept[i] as number) + 1)}, ${field('softLabels')}`;
          const indexOf = (text: string, row: number) => {
            const index = classes.indexOf(text);
            if (index >= 0) return index;
            const place = cellPlace(file, row, truth as number);
            throw new SymlossError(place, `one of ${classes.join(', ')}`, show(text));
          };
          const { rounded, ...labelled } = normaliseSoftLabels(placeOf, own, k);
          return {
            ...labelled,
            ...(known && {
              trueLabels: Int32Array.from(kept, (row) => indexOf(known.text(row), row)),
            }),
            classes,
            notices: roundedNotice(rounded),
          };
        },
      };
    },
  };
}

interface Shares {
  /** [rows, k], NaN where there is no number. */
  readonly values: Float64Array;
  readonly k: number;
  readonly rows: number;
}

function listShares(column: Column): Shares {
  const { rows, width: k } = column;
  const values = new Float64Array(rows * k).fill(Number.NaN);
  column.eachNumber((value, at) => {
    values[at] = value;
  });
  return { values, k, rows };
}

function columnShares(columns: readonly Column[], k: number, comma: Comma | undefined): Shares {
  const rows = columns[0]?.rows ?? 0;
  const values = new Float64Array(rows * k).fill(Number.NaN);
  for (const [c, column] of columns.slice(0, k).entries()) {
    const numbers = numbersOf(column, comma);
    column.eachCode((code, row) => {
      values[row * k + c] = numbers[code] ?? Number.NaN;
    });
  }
  return { values, k, rows };
}
