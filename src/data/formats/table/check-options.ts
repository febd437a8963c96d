import { field, SymlossError, show } from '../../../core/index.ts';

/** Options that name one thing. */
const texts = ['label', 'trueLabel', 'annotator', 'softLabels', 'weight', 'group', 'name'] as const;
/** Options that name columns. A text would be taken as the list of its letters. */
const lists = [
  ...(['features', 'numeric', 'categorical', 'text', 'words', 'date'] as const),
  ...(['dayFirst', 'ignore', 'id'] as const),
];

/**
 * JavaScript callers have no compiler to tell them.
 * @throws SymlossError naming the first option of a table that is no text, or no list of texts, where it has to be
 */
export function checkTableOptions(options: { readonly [K in string]?: unknown }): void {
  for (const name of texts) {
    const value = options[name];
    if (value === undefined || typeof value === 'string') continue;
    throw new SymlossError(field(name), 'a text', show(value));
  }
  for (const name of lists) {
    const value = options[name];
    if (value === undefined) continue;
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) continue;
    const hint = typeof value === 'string' ? `${name}: [${show(value)}]` : undefined;
    throw new SymlossError(field(name), 'a list of columns', show(value), { hint });
  }
}
