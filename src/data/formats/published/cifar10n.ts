import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import { alignClasses } from '../../align.ts';
import type { Consensus, Opened } from '../format.ts';
import { readParquetImages } from '../parquet/images.ts';
import type { StoreOptions } from '../shared/byte-store.ts';

const train = 'cifar10-train.parquet';
const test = 'cifar10-test.parquet';

/** Column of the labels of CIFAR-10, which count as the true ones. */
const trueLabels = 'label';

/** The files of CIFAR-10N. */
export const cifar10nFiles: readonly string[] = [train, test];

export interface Cifar10nOptions extends StoreOptions {
  /**
   * Column of the labels: `label` (those of CIFAR-10, default), or human ones: `aggre_label`,
   * `random_label1`, `random_label2`, `random_label3`, `worse_label`. Several with commas between them are those of
   * several annotators.
   */
  readonly label?: string;
  /** How the labels of several annotators become one. Default: `dawid-skene`. */
  readonly consensus?: Consensus;
  /** Column of the true labels; default: `label`, where the labels are of another column. */
  readonly trueLabel?: string;
}

/** Whether a folder holds the training part of CIFAR-10N. */
export function isCifar10nFolder(names: readonly string[]): boolean {
  return names.includes(train);
}

/**
 * Reads CIFAR-10 with the human labels of CIFAR-10N from two Parquet files in the layout of the Hugging
 * Face library: `cifar10-train.parquet` with the columns `img`, `label` and those of the human labels,
 * and `cifar10-test.parquet` with `img` and `label`, which has no human labels.
 * Source of the labels: Wei et al., *Learning with Noisy Labels Revisited*, ICLR 2022.
 * @throws SymlossError where the test part is missing, and as `readParquetImages` does
 */
export async function readCifar10n(folder: string, options: Cifar10nOptions = {}): Promise<Opened> {
  const { label = trueLabels, trueLabel: given, consensus, ...store } = options;
  if (!(await readdir(folder)).includes(test)) {
    throw new SymlossError(join(folder, test), `the test part, beside ${train}`, 'no such file');
  }
  const trueLabel = given ?? (label === trueLabels ? undefined : trueLabels);
  const data = await readParquetImages(join(folder, train), {
    ...store,
    label,
    ...(trueLabel !== undefined && { trueLabel }),
    ...(consensus !== undefined && { consensus }),
  });
  const held = await readParquetImages(join(folder, test), { ...store, label: trueLabels });
  return { data, test: alignClasses(held, data.classes) };
}
