import { categoryFinder } from '../../data/category-spelling.ts';
import type { Predictions } from '../../model/index.ts';
import { evaluateCounts } from '../../model/index.ts';
import { formatCount, formatShare, formatTable } from './format.ts';

/** Classes of which a confusion matrix fits on a screen. */
const mostClasses = 20;

/** How predictions compare with the labels that the rows have, counted while they are made. */
export class Comparison {
  readonly #classes: readonly string[];
  readonly #find: ReturnType<typeof categoryFinder>;
  /** [label][predicted] */
  readonly #confusion: number[][];
  #rows = 0;
  /** Labels of classes that the model does not know. */
  #others = 0;

  /** @param classes of the model */
  constructor(classes: readonly string[]) {
    this.#classes = classes;
    this.#find = categoryFinder(classes);
    this.#confusion = classes.map(() => new Array<number>(classes.length).fill(0));
  }

  /** @param labels of the rows of the predictions; '' where one is missing */
  add({ indices }: Pick<Predictions, 'indices'>, labels: readonly string[]): void {
    for (const [row, label] of labels.entries()) {
      const place = this.#find(label) ?? this.#find(String(Number(label)));
      if (place === undefined) {
        if (label !== '') this.#others++;
        continue;
      }
      const counts = this.#confusion[place] as number[];
      const predicted = indices[row] as number;
      counts[predicted] = (counts[predicted] as number) + 1;
      this.#rows++;
    }
  }

  /** Accuracies, and of few classes the confusion matrix; nothing where no row had a label. */
  lines(): string[] {
    const lines =
      this.#others > 0
        ? [`labels of classes that the model does not know: ${formatCount(this.#others)}`]
        : [];
    if (this.#rows === 0) return lines;
    const classes = this.#classes;
    const { accuracy, balancedAccuracy, majorityShare, confusion } = evaluateCounts(
      this.#confusion,
      classes,
    );
    lines.push(
      `${formatCount(this.#rows)} ${this.#rows === 1 ? 'row has' : 'rows have'} a label: accuracy ${formatShare(accuracy)}, balanced accuracy ${formatShare(balancedAccuracy)}; the largest class has ${formatShare(majorityShare)}`,
    );
    if (classes.length <= mostClasses) lines.push('', confusionTable(classes, confusion));
    return lines;
  }
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
