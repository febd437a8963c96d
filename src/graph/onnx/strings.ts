import type { StringOp } from '../op.ts';
import { tokenPattern } from '../strings/tokenize.ts';
import { contribDomain, mlDomain } from './emitter.ts';
import type { LoweringRule } from './rules.ts';

/** No token, so no form: what stands for nothing at the end of shorter rows. */
const padding = '#';

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
  // A last row of one token is there while words are counted: where there are no rows, or none has a token,
  // Tokenizer gives a shape that TfIdfVectorizer does not take. Id 0, of unknown tokens and of the padding, is in no term
  termCounts: ({ attrs: { forms, ids, terms } }, [x], e) => {
    const texts = e.node('Concat', [x, e.strings(['0'])], { axis: 0 });
    const tokens = e.node(
      'Tokenizer',
      [texts],
      { mark: 0, mincharnum: 1, pad_value: padding, tokenexp: tokenPattern },
      contribDomain,
    );
    e.declare(tokens, 'string', 2);
    const words = e.node(
      'LabelEncoder',
      [tokens],
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
    return e.node('Slice', [counts, e.integers([0]), e.integers([-1]), e.integers([0])]);
  },
};
