import type { StringOp } from '../op.ts';
import type { InterpreterRule } from '../rules.ts';
import { countsOf } from './table.ts';
import { termFinder } from './terms.ts';

/** The reference implementation of the operations on texts. */
export const stringKernels: { readonly [O in StringOp]: InterpreterRule<O> } = {
  categoryIndex: ({ attrs: { values } }, texts) => {
    const places = new Map(values.map((value, place) => [value, place]));
    return Float64Array.from(texts, (text) => places.get(text) ?? values.length);
  },
  termCounts: ({ attrs }, texts) => {
    const width = countsOf(attrs);
    const out = new Float64Array(texts.length * width);
    const find = termFinder(attrs);
    for (const [row, text] of texts.entries()) {
      find(text, (term) => {
        out[row * width + term]! += 1;
      });
    }
    return out;
  },
};
