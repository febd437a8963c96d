import type { Expr, NodeOf } from '../expr.ts';
import type { Op } from '../op.ts';
import type { Code, Numerals } from './code.ts';
import type { Factor } from './factor.ts';
import type { Size } from './sizes.ts';
import type { SizedAttribute, Unified } from './unify.ts';

/** What a rule may ask of the program that it writes a part of. */
export interface TensorContext {
  readonly unified: Unified;
  /** A size as code. */
  size(size: Size): string;
  /** A shape as code, in the brackets of the language. */
  shape(node: Expr): string;
  /** Sizes among the attributes of a node as code. */
  sizes(node: Expr, attribute: SizedAttribute): readonly string[];
  /** A number among the attributes of a node as code. */
  number(node: Expr, attribute: SizedAttribute): Code;
  factor(factor: Factor): Code;
  /** A number as code. */
  literal(x: number): Code;
  /** Whether an operand is a plain number. */
  isNumber(x: Expr): boolean;
  /** Says that the code calls a function that is not part of the library. */
  need(helper: string): string;
}

/** The code of an op on whole tensors, from the code of its operands. */
export type TensorRule<O extends Op> = (
  node: NodeOf<O>,
  operands: readonly [a: Code, b: Code, c: Code, ...rest: Code[]],
  context: TensorContext,
) => Code;

/** How a library of tensors is written: one rule for every op. */
export interface TensorLanguage {
  readonly rules: { readonly [O in Op]: TensorRule<O> };
  /** The mean over axes; `−1` is the last. */
  mean(x: Code, axes: readonly number[], keepDims: boolean): Code;
  readonly numerals: Numerals;
  /** How names are spelled, from words joined by `_`. */
  spell(words: string): string;
  /** Keywords, and names that the code has for other things. */
  readonly reserved: readonly string[];
  /** A statement that names a value. */
  assign(name: string, value: string): string;
  /** Opening and closing brackets of a list of sizes. */
  readonly brackets: readonly [string, string];
}
