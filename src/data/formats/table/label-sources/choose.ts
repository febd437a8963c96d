import { field, SymlossError, show } from '../../../../core/index.ts';
import type { Comma } from '../../../numbers.ts';
import { list } from '../../../text.ts';
import type { OpenOptions } from '../../format.ts';
import { memoryLimitOf } from '../../shared/byte-store.ts';
import { refuseConsensus } from '../../shared/consensus.ts';
import { labelNames } from '../../shared/label-names.ts';
import type { TableFile } from '../../shared/table-file.ts';
import type { MemoryBudget } from '../budget.ts';
import type { ColumnNames } from '../names.ts';
import { longLabels } from './long.ts';
import { plainLabels } from './plain.ts';
import { softLabels } from './soft.ts';
import type { LabelSource } from './source.ts';
import { wideLabels } from './wide.ts';

export type LabelOptions = Pick<
  OpenOptions,
  | 'label'
  | 'trueLabel'
  | 'softLabels'
  | 'annotator'
  | 'consensus'
  | 'id'
  | 'memoryLimit'
  | 'trained'
>;

/**
 * What the options make the labels: one column, the columns of several annotators, rows of an annotator and an item each,
 * or shares of classes.
 * @param budget counts what labels take beside their cells
 * @param comma what a comma in a share is, where the cells leave it open
 * @throws SymlossError if a column is not there or named twice, or the options do not go together
 */
export function chooseLabels(
  file: TableFile,
  names: ColumnNames,
  options: LabelOptions,
  budget: MemoryBudget,
  comma?: Comma,
): LabelSource {
  const { label, trueLabel, softLabels: prefix, annotator, consensus, id = [] } = options;
  const truth = trueLabel === undefined ? undefined : names.find('true-label column', trueLabel);
  if (prefix !== undefined) {
    if (label !== undefined) {
      throw new SymlossError(field('softLabels'), `nothing beside ${field('label')}`, show(prefix));
    }
    refuseConsensus(consensus);
    return softLabels(file, prefix, truth, { budget, comma });
  }
  if (label === undefined) {
    throw new SymlossError(field('label'), 'the column of the labels', 'nothing', {
      hint: `name it with ${field('label')}: one of ${list(file.columns.filter((name) => name !== ''))}`,
    });
  }
  const where = `${file.path}, label columns`;
  const columns = labelNames(where, label, (name) => names.has(name)).map((name) =>
    names.find('label column', name),
  );
  if (truth !== undefined && columns.includes(truth)) {
    const place = `${file.path}, true-label column`;
    throw new SymlossError(place, 'another column than the label', 'the same');
  }
  const [first] = columns as [number];
  const memoryLimit = memoryLimitOf(options);
  if (annotator !== undefined) {
    if (columns.length > 1) {
      const expected = `one label column beside ${field('annotator')}`;
      throw new SymlossError(where, expected, String(columns.length));
    }
    const by = names.find('annotator column', annotator);
    if (by === first || by === truth) {
      const place = `${file.path}, annotator column`;
      throw new SymlossError(place, 'another column than those of labels', show(annotator));
    }
    if (id.length === 0) {
      const expected = `the column that says which rows are of one item (${field('id')})`;
      throw new SymlossError(field('annotator'), expected, 'none');
    }
    const items = id.map((name) => names.find('id column', name));
    return longLabels(file, { label: first, annotator: by, items, truth, consensus, memoryLimit });
  }
  if (columns.length > 1) return wideLabels(file, columns, truth, { consensus, memoryLimit });
  refuseConsensus(consensus);
  return plainLabels(file, first, truth, options.trained && 'test');
}
