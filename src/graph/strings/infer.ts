import { formatShape, portableText, SymlossError, show } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import type { OpAttrs, StringOp } from '../op.ts';
import type { InferenceRule, TypeAndShape } from '../rules.ts';
import { idLimit, keyOf } from './terms.ts';
import { tokenize } from './tokenize.ts';

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
    checkForms(attrs);
    checkTerms(attrs);
    return { dtype: 'float32', shape: [...ofTexts('termCounts', x), attrs.terms.length] };
  },
};

function ofTexts(op: StringOp, { dtype, shape }: Expr): TypeAndShape['shape'] {
  if (dtype === 'string' && shape.length === 1) return shape;
  throw new SymlossError(op, 'string[n]', `${dtype}${formatShape(shape)}`);
}

function checkForms({ forms, ids }: OpAttrs['termCounts']): void {
  if (forms.length !== ids.length) {
    const received = `${forms.length} forms and ${ids.length} ids`;
    throw new SymlossError('termCounts', 'as many ids as forms', received);
  }
  checkCount('termCounts', 'forms', forms.length, Number.MAX_SAFE_INTEGER);
  checkDistinct('termCounts, forms', forms);
  for (const [i, form] of forms.entries()) {
    if (tokenize(form)[0] !== form) {
      throw new SymlossError(`termCounts, forms, place ${i}`, 'one token', show(form));
    }
  }
  for (const [i, id] of ids.entries()) {
    if (!(Number.isInteger(id) && id >= 1 && id < idLimit)) {
      const expected = `an integer from 1 to ${idLimit - 1}`;
      throw new SymlossError(`termCounts, ids, place ${i}`, expected, show(id));
    }
  }
}

function checkTerms({ ids, terms }: OpAttrs['termCounts']): void {
  checkCount('termCounts', 'terms', terms.length, Number.MAX_SAFE_INTEGER);
  const known = new Set(ids);
  const seen = new Set<number>();
  for (const [i, term] of terms.entries()) {
    const where = `termCounts, terms, place ${i}`;
    const isTerm = (term.length === 1 || term.length === 2) && term.every((id) => known.has(id));
    if (!isTerm) throw new SymlossError(where, 'one or two of the ids', show(term));
    if (seen.has(keyOf(term))) throw new SymlossError(where, 'distinct terms', show(term));
    seen.add(keyOf(term));
  }
}

function checkCount(op: StringOp, name: string, count: number, max: number): void {
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
