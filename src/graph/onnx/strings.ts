import type { OpAttrs, StringOp } from '../op.ts';
import { tokenPattern } from '../strings/tokenize.ts';
import type { Emitter } from './emitter.ts';
import { contribDomain, mlDomain } from './emitter.ts';
import type { LoweringRule } from './rules.ts';

/** What stands where no token is: it is none, and so no form either. */
const noToken = '#';

/** The ONNX form of the operations on texts. */
export const stringLowering: { readonly [O in StringOp]: LoweringRule<O> } = {
  categoryIndex: ({ attrs: { values } }, [x], e) =>
    e.node(
      'LabelEncoder',
      [x],
      {
        keys_strings: values,
        values_floats: { floats: values.map((_, place) => place) },
        default_float: { float: values.length },
      },
      mlDomain,
    ),
  // Each text by itself: Tokenizer pads those of a tensor to the length of the longest, which takes memory for all of
  // them. A last row is there while words are counted, since Scan needs one.
  termCounts: ({ attrs }, [x], e) => {
    const texts = e.node('Concat', [x, e.strings([1], [''])], { axis: 0 });
    const rows = e.node('Unsqueeze', [texts, e.integers([1])]);
    const text = { dtype: 'string', shape: [1] } as const;
    const result = { dtype: 'float32', shape: [attrs.terms.length] } as const;
    const counts = e.scan(rows, text, result, (body, row) => countTerms(attrs, row, body));
    return e.node('Slice', [counts, e.integers([0]), e.integers([-1]), e.integers([0])]);
  },
};

/** The terms of one text: string [1] → float32 [terms]. */
function countTerms({ forms, ids, terms }: OpAttrs['termCounts'], x: string, e: Emitter): string {
  const tokens = e.node(
    'Tokenizer',
    [x],
    { mark: 0, mincharnum: 1, pad_value: noToken, tokenexp: tokenPattern },
    contribDomain,
  );
  e.declare(tokens, 'string', [1, undefined]);
  // TfIdfVectorizer takes no empty list
  const some = e.node('Concat', [tokens, e.strings([1, 1], [noToken])], { axis: 1 });
  // id 0, of unknown tokens, is in no term
  const words = e.node(
    'LabelEncoder',
    [some],
    { keys_strings: forms, values_int64s: ids, default_int64: 0 },
    mlDomain,
  );
  // the pool holds all words, then all pairs; ngram_indexes says which column each counts in
  const columns = terms.map((_, column) => column);
  const singles = columns.filter((column) => terms[column]?.length === 1);
  const pairs = columns.filter((column) => terms[column]?.length === 2);
  const order = [...singles, ...pairs];
  const counts = e.node('TfIdfVectorizer', [words], {
    mode: 'TF',
    min_gram_length: 1,
    max_gram_length: pairs.length > 0 ? 2 : 1,
    max_skip_count: 0,
    ngram_counts: pairs.length > 0 ? [0, singles.length] : [0],
    ngram_indexes: order,
    pool_int64s: order.flatMap((column) => terms[column] ?? []),
  });
  return e.reshape(counts, [terms.length]);
}
