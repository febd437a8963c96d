import { z } from 'zod';
import type { Tensor } from '../core/index.ts';
import { portableText, tensor } from '../core/index.ts';
import { categoryFinder } from '../data/category-spelling.ts';
import type { TextOperation } from '../graph/index.ts';
import { countsOf, termFinder, tokenPattern } from '../graph/index.ts';

const strings = z.array(z.string()).readonly();
const ids = z.array(z.number().int().positive()).readonly();
const termsOf = <T extends z.ZodType>(term: T) => z.array(term).readonly();

/** Of characters 0, the edge of a word, may be at the ends of a term. */
const characterTerm = z.array(z.number().int().min(0)).min(1).readonly();

/** How the texts of a column become the numbers that an input of a numeric core takes; '' is a missing cell. */
export const textEncodingSchema = z.discriminatedUnion('op', [
  /** The place of the text among the values, from 0; their number for every other text: [n]. */
  z.object({ op: z.literal('categoryIndex'), values: z.array(z.string()).min(1).readonly() }),
  /**
   * How often each term occurs: [n, terms]. The matches of the regular expression `token` are the tokens of a text. One that
   * is `forms[i]` is the word `ids[i]`; a term is one word, or two of which the second follows the first directly. Behind them,
   * where there are `characters`, how often each of their terms does: a character that is one of their `forms` has the id
   * beside it, every other one, and both ends of the text, the id 0; a term is some ids that follow each other.
   */
  z
    .object({
      op: z.literal('termCounts'),
      token: z.string(),
      forms: strings,
      ids,
      terms: termsOf(z.array(z.number().int().positive()).min(1).max(2).readonly()),
      characters: z
        .object({ forms: strings, ids, terms: termsOf(characterTerm) })
        .refine(({ forms, ids }) => forms.length === ids.length, 'as many ids as forms')
        .optional(),
    })
    .refine(({ forms, ids }) => forms.length === ids.length, 'as many ids as forms')
    .refine((encoding) => countsOf(encoding) > 0, 'at least one term'),
]);

export type TextEncoding = z.infer<typeof textEncodingSchema>;

/** What a card says of an operation. */
export function encodingOf(operation: TextOperation): TextEncoding {
  if (operation.op === 'categoryIndex') return operation;
  const { op, forms, ids, terms, characters } = operation;
  return { op, token: tokenPattern, forms, ids, terms, ...(characters && { characters }) };
}

/** Numbers of a row. */
export function encodedSize(encoding: TextEncoding): number {
  return encoding.op === 'termCounts' ? countsOf(encoding) : 1;
}

type TextEncoder = (texts: readonly string[]) => Tensor<'float32'>;

/** Those of models in use: to look up thousands of words takes some preparation, too much for each of many single rows. */
const encoders = new WeakMap<TextEncoding, TextEncoder>();

/** Makes texts the numbers that the operation in the whole model makes of them. */
export function textEncoder(encoding: TextEncoding): TextEncoder {
  const encoder = encoders.get(encoding) ?? makeEncoder(encoding);
  encoders.set(encoding, encoder);
  return encoder;
}

function makeEncoder(encoding: TextEncoding): TextEncoder {
  if (encoding.op === 'categoryIndex') {
    const { values } = encoding;
    const find = categoryFinder(values);
    return (texts) => {
      const place = (text: string) => find(portableText(text)) ?? values.length;
      return tensor('float32', [texts.length], Float32Array.from(texts, place));
    };
  }
  const width = countsOf(encoding);
  const find = termFinder(encoding);
  return (texts) => {
    const counts = new Float32Array(texts.length * width);
    for (const [row, text] of texts.entries()) {
      find(portableText(text), (term) => {
        counts[row * width + term]! += 1;
      });
    }
    return tensor('float32', [texts.length, width], counts);
  };
}
