import { SymlossError, show } from '../core/index.ts';
import { renumberAnnotations } from './annotations/index.ts';
import { categoryFinder } from './category-spelling.ts';
import type { Dataset } from './dataset.ts';

/**
 * A dataset with its labels renumbered to the classes of another, so that the two can be used
 * together: a test file may hold fewer classes, or name them in another order.
 * @param classes class names, all that the dataset uses among them
 * @throws SymlossError naming a class that is not among them
 */
export function alignClasses<D extends Dataset>(dataset: D, classes: readonly string[]): D {
  const find = categoryFinder(classes);
  const target = (label: number): number => {
    const name = dataset.classes[label] as string;
    const found = find(name);
    if (found !== undefined) return found;
    throw new SymlossError(
      `${dataset.name}, classes`,
      `one of the ${classes.length} classes of the training data`,
      show(name),
      { hint: 'train on rows of every class, or take its rows away here' },
    );
  };
  const renumber = (labels: Int32Array): Int32Array => labels.map(target);
  const moveShares = (shares: Float32Array): Float32Array => {
    const k = dataset.classes.length;
    const moved = new Float32Array((shares.length / k) * classes.length);
    for (const [i, share] of shares.entries()) {
      if (share > 0) moved[Math.floor(i / k) * classes.length + target(i % k)] = share;
    }
    return moved;
  };
  const { softLabels, annotations } = dataset;
  return {
    ...dataset,
    classes,
    labels: renumber(dataset.labels),
    ...(dataset.trueLabels && { trueLabels: renumber(dataset.trueLabels) }),
    ...(softLabels && { softLabels: moveShares(softLabels) }),
    ...(annotations && { annotations: renumberAnnotations(annotations, target) }),
  };
}
