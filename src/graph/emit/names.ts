import type { Expr } from '../expr.ts';
import type { ImageOp, Op, StringOp } from '../op.ts';

/** What a local variable is called that holds the result of an op, in words joined by `_`. */
const nameOfOp: { readonly [O in Exclude<Op, ImageOp | StringOp>]: string } = {
  input: 'input',
  constant: 'constant',
  neg: 'negative',
  exp: 'exps',
  log: 'logs',
  expm1: 'exps',
  log1p: 'logs',
  sqrt: 'root',
  abs: 'sizes',
  sign: 'signs',
  floor: 'floors',
  sin: 'sines',
  cos: 'cosines',
  tanh: 'tangents',
  sigmoid: 'sigmoids',
  erf: 'erfs',
  relu: 'positive',
  step: 'is_positive',
  pow: 'powers',
  cast: 'numbers',
  not: 'is_not',
  stopGradient: 'fixed',
  add: 'added',
  sub: 'difference',
  mul: 'product',
  div: 'ratio',
  maximum: 'raised',
  minimum: 'lowered',
  less: 'is_less',
  lessEqual: 'is_at_most',
  equal: 'is_equal',
  and: 'is_both',
  or: 'is_either',
  where: 'chosen',
  sum: 'total',
  max: 'largest',
  logSumExp: 'log_total',
  argMax: 'top',
  softmax: 'probs',
  logSoftmax: 'log_probs',
  matMul: 'product',
  reshape: 'reshaped',
  transpose: 'transposed',
  broadcastTo: 'repeated',
  slice: 'part',
  concat: 'joined',
  pad: 'padded',
  gather: 'rows',
  oneHot: 'one_hot',
};

/** A readable name for the result of a node, in words joined by `_`. */
export function nameOf(node: Expr): string {
  const [a, b] = node.inputs;
  if (node.op === 'exp' && a?.op === 'logSoftmax') return 'probs';
  if (node.op === 'mul' && a === b) return 'squares';
  if (node.op === 'sum' && a?.op === 'mul' && a.inputs[0] === a.inputs[1]) return 'square_sum';
  if (node.op === 'div' && b?.op === 'sum' && b.inputs[0] === a) return 'shares';
  if (node.op === 'constant' && node.shape.length === 1) return 'places';
  return (nameOfOp as Readonly<Record<string, string>>)[node.op] ?? 'value';
}

/** The words as one name of JavaScript: `log_probs` is `logProbs`. */
export function camelCase(words: string): string {
  return words.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Names that are not taken yet: `probs`, `probs_2`, … */
export class Names {
  readonly #taken: Set<string>;
  readonly #spell: (words: string) => string;

  constructor(taken: Iterable<string>, spell: (words: string) => string) {
    this.#taken = new Set(taken);
    this.#spell = spell;
  }

  take(words: string): string {
    for (let i = 1; ; i++) {
      const name = this.#spell(i === 1 ? words : `${words}_${i}`);
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }
}
