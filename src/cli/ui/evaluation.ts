import type { Predictions } from '../../model/index.ts';
import { evaluatePredictions } from '../../model/index.ts';
import { formatCount, formatShare, formatTable } from './format.ts';

/** Classes of which a confusion matrix fits on a screen. */
const mostClasses = 20;

/** How predictions compare with the labels that the rows have: accuracies, and of few classes the confusion matrix. */
export function evaluationLines(
  classes: readonly string[],
  predictions: Predictions,
  labels: readonly string[],
): string[] {
  const places = new Map(classes.map((name, i) => [name, i]));
  const known = labels.map((label) => places.get(label) ?? places.get(String(Number(label))) ?? -1);
  const rows = [...known.keys()].filter((row) => (known[row] as number) >= 0);
  const others = labels.filter((label, row) => label !== '' && known[row] === -1).length;
  const lines =
    others > 0 ? [`labels of classes that the model does not know: ${formatCount(others)}`] : [];
  if (rows.length === 0) return lines;
  const { accuracy, balancedAccuracy, majorityShare, confusion } = evaluatePredictions(
    {
      indices: Int32Array.from(rows, (row) => predictions.indices[row] as number),
      probs: rows.map((row) => predictions.probs[row] as Float32Array),
    },
    {
      labels: Int32Array.from(rows, (row) => known[row] as number),
      classes,
      against: 'labels',
    },
  );
  lines.push(
    `${formatCount(rows.length)} rows have a label: accuracy ${formatShare(accuracy)}, balanced accuracy ${formatShare(balancedAccuracy)}; the largest class has ${formatShare(majorityShare)}`,
  );
  if (classes.length <= mostClasses) lines.push('', confusionTable(classes, confusion));
  return lines;
}

/** Rows are the labels, columns the predictions. */
function confusionTable(
  classes: readonly string[],
  confusion: readonly (readonly number[])[],
): string {
  const names = classes.map((name) => (name.length > 12 ? `${name.slice(0, 11)}…` : name));
  const rows = confusion.map((counts, i) => [names[i] as string, ...counts.map(String)]);
  return formatTable([['label, predicted as', ...names], ...rows]);
}
