import { SymlossError, show } from '../../../../core/index.ts';
import { isLabelled, labelsByItem } from '../../../annotations/index.ts';
import { gatherRows } from '../../../gather.ts';
import { count } from '../../../text.ts';
import type { Consensus } from '../../format.ts';
import { consensusOf } from '../../shared/consensus.ts';
import { rowNumbers } from '../../shared/rows.ts';
import type { TableFile } from '../../shared/table-file.ts';
import type { Column } from '../column.ts';
import { checkClasses, classNotices, LabelColumn, leaveOutHint } from '../labels.ts';
import { cellPlace } from '../names.ts';
import type { LabelSource } from './source.ts';

/** Indices of the columns of a table with a row for each label. */
export interface LongColumns {
  readonly label: number;
  readonly annotator: number;
  /** Rows with the same cells here are of one item. */
  readonly items: readonly number[];
  readonly truth: number | undefined;
  readonly consensus: Consensus | undefined;
  /** Bytes that the labels may take, those that are missing among them, and the probabilities of the classes. */
  readonly memoryLimit: number;
}

/**
 * A row for each label, with who gave it: rows of one item become one, with the features, weight and true label of the
 * first of them.
 */
export function longLabels(
  file: TableFile,
  { label, annotator, items, truth, consensus, memoryLimit }: LongColumns,
): LabelSource {
  const own = [label, annotator, ...(truth === undefined ? [] : [truth])];
  const columns = [...own, ...items];
  return {
    columns,
    own,
    take(read, mayDrop) {
      const [labels, by, ...rest] = columns.map(
        (column, i) => new LabelColumn(file, column, read[i] as Column),
      ) as [LabelColumn, LabelColumn, ...LabelColumn[]];
      const known = truth === undefined ? undefined : rest[0];
      const keys = truth === undefined ? rest : rest.slice(1);
      // a label may be missing here as in the wide form, if another row of the item has one
      const needed = [by, ...keys, ...(known ? [known] : [])];
      if (!mayDrop) {
        by.checkComplete(true, 'the annotator');
        for (const key of keys) key.checkComplete(true, 'the id of the item');
        known?.checkComplete(true);
      }
      return {
        isFilled: (row) => needed.every((column) => column.isFilled(row)),
        of(kept) {
          const classes = checkClasses([labels], kept, known);
          const who = numbered(kept, [by]);
          const what = numbered(kept, keys);
          const annotators = who.first.map((i) => by.text(kept[i] as number));
          const m = annotators.length;
          const all = labelsByItem(
            file.path,
            { items: what.numbers, annotators: who.numbers, labels: labels.labels(kept, classes) },
            {
              ...{ m, memoryLimit },
              placeOf: (i) => file.place((kept[i] as number) + 1),
            },
          );
          const unlabelled = all.firstRows.findIndex((_, item) => !hasLabels(all, item, m));
          if (unlabelled >= 0 && !mayDrop) {
            const row = kept[all.firstRows[unlabelled] as number] as number;
            const id = keys.map((key) => show(key.text(row))).join(', ');
            const place = cellPlace(file, row, label);
            throw new SymlossError(place, `a label of item ${id} in one of its rows`, 'none', {
              hint: leaveOutHint(),
            });
          }
          const { firstRows, labels: wide } = labelledItems(all, m);
          const leftOut = all.firstRows.length - firstRows.length;
          const rows = firstRows.map((i) => kept[i] as number);
          const { notices, ...labelled } = consensusOf(
            file.path,
            { annotators, labels: wide },
            classes.classes.length,
            consensus,
            memoryLimit,
          );
          return {
            rows: firstRows,
            ...labelled,
            ...(known && { trueLabels: known.labels(rows, classes) }),
            classes: classes.classes,
            notices: [
              `${kept.length.toLocaleString('en-US')} labels of ${rows.length.toLocaleString('en-US')} items`,
              ...(leftOut > 0 ? [`${count(leftOut, 'item')} dropped: no row has a label`] : []),
              ...notices,
              ...classNotices(classes, rows.length),
            ],
          };
        },
      };
    },
  };
}

/** The labels of items. */
interface ItemLabels {
  /** Of each item its first row. */
  readonly firstRows: Uint32Array;
  /** [items, m] */
  readonly labels: Int32Array;
}

function hasLabels({ labels }: ItemLabels, item: number, m: number): boolean {
  return isLabelled(labels, item * m, (item + 1) * m);
}

/** Without the items that nobody labelled. */
function labelledItems(items: ItemLabels, m: number): ItemLabels {
  const staying = rowNumbers(items.firstRows.length).filter((item) => hasLabels(items, item, m));
  if (staying.length === items.firstRows.length) return items;
  return {
    firstRows: staying.map((item) => items.firstRows[item] as number),
    labels: gatherRows(items.labels, m, staying, new Int32Array(staying.length * m)),
  };
}

/** Numbers for what rows have in some columns, in the order in which they come up, and the first place of each. */
function numbered(
  kept: Uint32Array,
  columns: readonly LabelColumn[],
): { numbers: Int32Array; first: number[] } {
  const known = new Map<string, number>();
  const first: number[] = [];
  const numbers = Int32Array.from(kept, (row, i) => {
    const key = columns.map((column) => column.code(row)).join(' ');
    const number = known.get(key);
    if (number !== undefined) return number;
    known.set(key, first.length);
    return first.push(i) - 1;
  });
  return { numbers, first };
}
