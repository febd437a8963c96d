import { formatNames } from '../../core/index.ts';
import { formatShare } from './format.ts';

/** Classes in the line, at most. */
const mostNames = 10;

/** How a model for balanced accuracy predicts classes. @param shares [k], see `ModelParts.classShares`; not known for records of many classes */
export function balancedLine(
  classes: readonly string[],
  shares: readonly number[] | undefined,
): string {
  const predicted =
    'predicted for balanced accuracy: the class whose probability is largest compared with its estimated share';
  if (shares === undefined) return predicted;
  const each = classes.map((name, i) => `${name} ${formatShare(shares[i] as number)}`);
  return `${predicted} (${formatNames(each, mostNames)})`;
}
