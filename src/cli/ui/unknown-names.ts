import { portableText, show } from '../../core/index.ts';
import { categoryFinder } from '../../data/category-spelling.ts';
import type { OpenedRows } from '../../data/formats/index.ts';
import { list } from '../../data/text.ts';
import type { ModelDescription } from '../../model/index.ts';

/** Names that are listed of a column; they are held until the end. */
const mostNames = 20;

/** Names in columns of categories that no training row had: the model has learnt nothing of them. */
export class UnknownNames {
  /** Of the columns that have no others among their training rows, which are all known names; by their places. */
  readonly #known: ReadonlyMap<number, ReturnType<typeof categoryFinder>>;
  readonly #columns: readonly { readonly name: string }[];
  readonly #found = new Map<number, Set<string>>();

  constructor({ columns = [] }: ModelDescription) {
    this.#columns = columns;
    this.#known = new Map(
      columns.flatMap(({ kind, values, other }, j) =>
        kind === 'categorical' && other === false
          ? [[j, categoryFinder(values ?? [])] as const]
          : [],
      ),
    );
  }

  add({ texts }: OpenedRows): void {
    for (const [j, known] of this.#known) {
      const found = this.#found.get(j) ?? new Set();
      for (const text of texts?.[j] ?? []) {
        if (found.size <= mostNames && known(portableText(text)) === undefined) found.add(text);
      }
      if (found.size > 0) this.#found.set(j, found);
    }
  }

  lines(): string[] {
    return [...this.#found].map(([j, found]) => {
      const names = [...found];
      const more = names.length > mostNames ? ', …' : '';
      return `${show(this.#columns[j]?.name)}: no training row had ${list(names.slice(0, mostNames))}${more}: the model has learnt nothing of them`;
    });
  }
}
