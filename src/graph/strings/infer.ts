import { formatShape, portableText, SymlossError, show } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { StringOp, TermTable } from '../op.ts';
import type { InferenceRule, TypeAndShape } from '../rules.ts';
import { edge, mostCharacters } from './characters.ts';
import { countsOf, idLimit } from './table.ts';
import { isWordCharacter, tokenize } from './tokenize.ts';

/** Places from here on are not exact in float32. */
const placeLimit = 2 ** 24;

/** Type and shape of the operations on texts. */
export const stringInference: { readonly [O in StringOp]: InferenceRule<O> } = {
  categoryIndex: ({ values }, x) => {
    checkCount('categoryIndex', 'values', values.length, placeLimit - 1);
    checkDistinct('categoryIndex, values', values);
    const at = values.findIndex((value) => portableText(value) !== value);
    if (at >= 0) {
      const where = `categoryIndex, values, place ${at}`;
      throw new SymlossError(where, 'a text without NUL and half characters', show(values[at]));
    }
    return { dtype: 'float32', shape: ofTexts('categoryIndex', x) };
  },
  termCounts: (attrs, x) => {
    const { characters } = attrs;
    // a text without a word that counts may have characters that do
    if (attrs.terms.length > 0 || attrs.forms.length > 0 || characters === undefined) {
      checkTable(attrs, ofWords);
    }
    if (characters !== undefined) checkTable(characters, ofCharacters);
    return { dtype: 'float32', shape: [...ofTexts('termCounts', x), countsOf(attrs)] };
  },
};

/** What the entries of a table of terms may be, and how messages call it. */
interface TableRules {
  readonly where: string;
  readonly isForm: (form: string) => boolean;
  readonly form: string;
  readonly isTerm: (term: readonly number[], known: ReadonlySet<number>) => boolean;
  readonly term: string;
}

const ofWords: TableRules = {
  where: 'termCounts',
  isForm: (form) => tokenize(form)[0] === form,
  form: 'one token',
  isTerm: (term, known) =>
    (term.length === 1 || term.length === 2) && term.every((id) => known.has(id)),
  term: 'one or two of the ids',
};

const ofCharacters: TableRules = {
  where: 'termCounts, characters',
  isForm: isWordCharacter,
  form: 'a letter, mark or digit',
  isTerm: (term, known) =>
    term.length <= mostCharacters &&
    term.some((id) => id !== edge) &&
    term.every((id, i) => known.has(id) || (id === edge && (i === 0 || i === term.length - 1))),
  term: `1 to ${mostCharacters} of the ids, at its ends also ${edge}`,
};

function ofTexts(op: StringOp, { dtype, shape }: Expr): TypeAndShape['shape'] {
  if (dtype === 'string' && shape.length === 1) return shape;
  throw new SymlossError(op, 'string[n]', `${dtype}${formatShape(shape)}`);
}

function checkTable({ forms, ids, terms }: TermTable, rules: TableRules): void {
  const { where } = rules;
  if (forms.length !== ids.length) {
    const received = `${forms.length} forms and ${ids.length} ids`;
    throw new SymlossError(where, 'as many ids as forms', received);
  }
  checkCount(where, 'forms', forms.length, Number.MAX_SAFE_INTEGER);
  checkDistinct(`${where}, forms`, forms);
  for (const [i, form] of forms.entries()) {
    if (!rules.isForm(form)) {
      throw new SymlossError(`${where}, forms, place ${i}`, rules.form, show(form));
    }
  }
  for (const [i, id] of ids.entries()) {
    if (!(Number.isInteger(id) && id >= 1 && id < idLimit)) {
      const expected = `an integer from 1 to ${idLimit - 1}`;
      throw new SymlossError(`${where}, ids, place ${i}`, expected, show(id));
    }
  }
  checkCount(where, 'terms', terms.length, Number.MAX_SAFE_INTEGER);
  const known = new Set(ids);
  const seen = new Set<string>();
  for (const [i, term] of terms.entries()) {
    const place = `${where}, terms, place ${i}`;
    if (!rules.isTerm(term, known)) throw new SymlossError(place, rules.term, show(term));
    const key = term.join();
    if (seen.has(key)) throw new SymlossError(place, 'distinct terms', show(term));
    seen.add(key);
  }
}

function checkCount(op: string, name: string, count: number, max: number): void {
  if (count >= 1 && count <= max) return;
  const expected = count < 1 ? `at least one of ${name}` : `at most ${max} ${name}`;
  throw new SymlossError(op, expected, count < 1 ? 'none' : String(count));
}

function checkDistinct(where: string, texts: readonly string[]): void {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) throw new SymlossError(where, 'distinct texts', `${show(text)} twice`);
    seen.add(text);
  }
}
