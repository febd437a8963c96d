import type { Expr, Node } from '../expr.ts';
import { makeNode } from '../make-node.ts';
import type { OpAttrs } from '../op.ts';

/**
 * The place of each text among `values`: string [n] → float32 [n], from 0, and `values.length` for every other text.
 * It has no gradient.
 * @param values one or more, distinct, as `portableText` leaves them
 * @throws SymlossError if x is not string [n] or the values are not as said
 */
export function categoryIndex(x: Expr, values: readonly string[]): Node<'categoryIndex'> {
  return makeNode('categoryIndex', [x], { values });
}

/**
 * How often each term occurs in each text: string [n] → float32 [n, terms]. The texts are cut by `tokenize`.
 * A term is a word, or two words of which the second follows the first directly. It has no gradient. ONNX's standard
 * has no operator that cuts out words, so the exported model uses onnxruntime's `Tokenizer`.
 * @param options `forms`: tokens of the words that count, one or more, distinct, in every case in which they count;
 *   `ids`: for each form the id of its word, from 1 to 2²⁶ − 1, the same one for several forms of a word;
 *   `terms`: one or more, distinct, each of one or two ids; `characters`, where given: the same of characters in place of
 *   words, whose counts are behind those of the words: `forms` are letters, marks or digits, a term is one of 1 to 8 ids, at its
 *   ends also 0, the edge of a word: any character that is no form, and both ends of the text. No words are needed then
 * @returns float32 [n, terms.length + characters.terms.length]
 * @throws SymlossError if x is not string [n] or the options are not as said
 */
export function termCounts(x: Expr, options: OpAttrs['termCounts']): Node<'termCounts'> {
  const { forms, ids, terms, characters } = options;
  return makeNode('termCounts', [x], { forms, ids, terms, ...(characters && { characters }) });
}
