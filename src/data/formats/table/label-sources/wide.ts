import { SymlossError } from '../../../../core/index.ts';
import { list } from '../../../text.ts';
import type { Consensus } from '../../format.ts';
import { consensusOf } from '../../shared/consensus.ts';
import type { TableFile } from '../../shared/table-file.ts';
import type { Column } from '../column.ts';
import { checkClasses, classNotices, LabelColumn, leaveOutHint } from '../labels.ts';
import type { LabelSource } from './source.ts';

export interface ConsensusOptions {
  readonly consensus: Consensus | undefined;
  /** Bytes that the probabilities of the classes may take. */
  readonly memoryLimit: number;
}

/** A column of labels of each annotator, in which cells may be missing. */
export function wideLabels(
  file: TableFile,
  annotators: readonly number[],
  truth: number | undefined,
  { consensus, memoryLimit }: ConsensusOptions,
): LabelSource {
  const columns = truth === undefined ? annotators : [...annotators, truth];
  const names = annotators.map((column) => file.columns[column] as string);
  const m = annotators.length;
  return {
    columns,
    own: columns,
    take(read, mayDrop) {
      const all = columns.map((column, i) => new LabelColumn(file, column, read[i] as Column));
      const own = all.slice(0, m);
      const known = all[m];
      const isLabelled = (row: number) => own.some((column) => column.isFilled(row));
      if (!mayDrop) {
        known?.checkComplete(true);
        const rows = (own[0] as LabelColumn).rows;
        for (let row = 0; row < rows; row++) {
          if (isLabelled(row)) continue;
          throw new SymlossError(file.place(row + 1), `a label by one of ${list(names)}`, 'none', {
            hint: leaveOutHint(),
          });
        }
      }
      return {
        isFilled: (row) => isLabelled(row) && (known?.isFilled(row) ?? true),
        of(kept) {
          const classes = checkClasses(own, kept, known);
          const k = classes.classes.length;
          const labels = new Int32Array(kept.length * m);
          for (const [a, column] of own.entries()) {
            for (const [i, label] of column.labels(kept, classes).entries()) {
              labels[i * m + a] = label;
            }
          }
          const { notices, ...labelled } = consensusOf(
            file.path,
            { annotators: names, labels },
            k,
            consensus,
            memoryLimit,
          );
          return {
            ...labelled,
            ...(known && { trueLabels: known.labels(kept, classes) }),
            classes: classes.classes,
            notices: [...notices, ...classNotices(classes, kept.length)],
          };
        },
      };
    },
  };
}
