import type { TableFile } from '../../shared/table-file.ts';
import type { Column } from '../column.ts';
import { checkClasses, classNotices, LabelColumn } from '../labels.ts';
import type { LabelSource } from './source.ts';

/** One column of labels, and of true labels beside it. @param use with `test` they may be of one class */
export function plainLabels(
  file: TableFile,
  label: number,
  truth: number | undefined,
  use: 'test' | undefined,
): LabelSource {
  const columns = truth === undefined ? [label] : [label, truth];
  return {
    columns,
    own: columns,
    take(read, mayDrop) {
      const own = columns.map((column, i) => new LabelColumn(file, column, read[i] as Column));
      if (!mayDrop) for (const column of own) column.checkComplete(true);
      const [given, known] = own as [LabelColumn, LabelColumn | undefined];
      return {
        isFilled: (row) => own.every((column) => column.isFilled(row)),
        of(kept) {
          const classes = checkClasses([given], kept, known, use);
          return {
            labels: given.labels(kept, classes),
            ...(known && { trueLabels: known.labels(kept, classes) }),
            classes: classes.classes,
            notices: classNotices(classes, kept.length),
          };
        },
      };
    },
  };
}
