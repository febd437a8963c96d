import { formatShare } from './format.ts';

/** Names of classes in the line, at most. */
const mostNames = 10;

/** How a model for balanced accuracy predicts classes. @param shares [k], see `ModelParts.classShares`; not known for records of many classes */
export function balancedLine(
  classes: readonly string[],
  shares: readonly number[] | undefined,
): string {
  const predicted =
    'predicted for balanced accuracy: the class whose probability is largest compared with its estimated share';
  if (shares === undefined) return predicted;
  const named = classes.slice(0, mostNames);
  const each = named.map((name, i) => `${name} ${formatShare(shares[i] as number)}`);
  const more = classes.length > mostNames ? `, and ${classes.length - mostNames} more` : '';
  return `${predicted} (${each.join(', ')}${more})`;
}
