import type { OpAttrs, StringOp, TermTable } from '../op.ts';
import { characterPattern } from '../strings/characters.ts';
import { countsOf } from '../strings/table.ts';
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
    const result = { dtype: 'float32', shape: [countsOf(attrs)] } as const;
    const counts = e.scan(rows, text, result, (body, row) => countTerms(attrs, row, body));
    return e.node('Slice', [counts, e.integers([0]), e.integers([-1]), e.integers([0])]);
  },
};

/** The terms of one text: string [1] → float32 [terms]. */
function countTerms(attrs: OpAttrs['termCounts'], x: string, e: Emitter): string {
  const { terms, characters } = attrs;
  const parts = [
    ...(terms.length > 0 ? [countWords(attrs, x, e)] : []),
    ...(characters ? [countCharacters(characters, x, e)] : []),
  ];
  const counts = parts.length === 1 ? (parts[0] as string) : e.node('Concat', parts, { axis: 1 });
  return e.reshape(counts, [countsOf(attrs)]);
}

function countWords(table: TermTable, x: string, e: Emitter): string {
  const tokens = tokenize(x, tokenPattern, e);
  // TfIdfVectorizer takes no empty list
  return countIds(table, e.node('Concat', [tokens, noneIn(e)], { axis: 1 }), e);
}

/** Every character by itself, between two that are none: the edges of words at both ends. */
function countCharacters(table: TermTable, x: string, e: Emitter): string {
  const tokens = tokenize(x, characterPattern, e);
  return countIds(table, e.node('Concat', [noneIn(e), tokens, noneIn(e)], { axis: 1 }), e);
}

/** The matches of a regular expression in one text: string [1] → string [1, matches]. */
function tokenize(x: string, tokenexp: string, e: Emitter): string {
  const attributes = { mark: 0, mincharnum: 1, pad_value: noToken, tokenexp };
  const tokens = e.node('Tokenizer', [x], attributes, contribDomain);
  e.declare(tokens, 'string', [1, undefined]);
  return tokens;
}

function noneIn(e: Emitter): string {
  return e.strings([1, 1], [noToken]);
}

/** How often each term is in a row of words or characters: string [1, m] → float32 [1, terms]. */
function countIds({ forms, ids, terms }: TermTable, x: string, e: Emitter): string {
  const numbers = e.node(
    'LabelEncoder',
    [x],
    { keys_strings: forms, values_int64s: ids, default_int64: 0 },
    mlDomain,
  );
  // the pool holds the shortest terms first; ngram_indexes says which column each counts in
  const sizes = terms.map(({ length }) => length);
  const longest = Math.max(...sizes);
  const order = terms.map((_, column) => column);
  order.sort((a, b) => (sizes[a] as number) - (sizes[b] as number));
  const starts = Array.from({ length: longest }, (_, i) =>
    sizes.reduce((sum, size) => sum + (size <= i ? size : 0), 0),
  );
  return e.node('TfIdfVectorizer', [numbers], {
    mode: 'TF',
    min_gram_length: Math.min(...sizes),
    max_gram_length: longest,
    max_skip_count: 0,
    ngram_counts: starts,
    ngram_indexes: order,
    pool_int64s: order.flatMap((column) => terms[column] ?? []),
  });
}
