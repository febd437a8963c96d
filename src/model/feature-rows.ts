import { checkLabels, SymlossError, show } from '../core/index.ts';
import { categoryFinder } from '../data/category-spelling.ts';
import { checkIsDataset } from '../data/dataset.ts';
import type { Dataset } from '../data/index.ts';

/** Rows of features, such as a dataset's; the labels are only counted. */
export type FeatureRows = Pick<
  Dataset,
  'features' | 'featureShape' | 'columns' | 'kinds' | 'texts'
> & { readonly labels?: ArrayLike<unknown> };

/** The labels to measure against, renumbered to the model's classes. */
export function labelsFor(
  where: string,
  dataset: Dataset,
  classes: readonly string[],
): { readonly labels: Int32Array; readonly against: 'trueLabels' | 'labels' } {
  checkIsDataset(where, dataset);
  const against = dataset.trueLabels === undefined ? 'labels' : 'trueLabels';
  const given = dataset.trueLabels ?? dataset.labels;
  if (given.length === 0) throw new SymlossError(where, 'at least one row', 'none');
  checkLabels(`${where}, ${against}`, given, dataset.classes.length);
  const find = categoryFinder(classes);
  const labels = given.map((label, row) => {
    const name = dataset.classes[label] as string;
    const number = find(name);
    if (number !== undefined) return number;
    throw new SymlossError(
      `${where}, ${against}, row ${row}`,
      `one of the ${classes.length} classes of the model`,
      show(name),
    );
  });
  return { labels, against };
}

/** The error of an infinite feature. @param column its name, or its number */
export function infinite(
  where: string,
  row: number,
  column: string | number,
  value: unknown,
): SymlossError {
  const place = typeof column === 'number' ? `feature ${column}` : `column ${show(column)}`;
  const expected = 'a finite number of float32, or NaN where it is missing';
  return new SymlossError(`${where}, row ${row}, ${place}`, expected, show(value));
}
