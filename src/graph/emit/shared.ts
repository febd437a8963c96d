import { SymlossError } from '../../core/index.ts';
import type { Expr, NodeOf } from '../expr.ts';
import type { Code } from './code.ts';
import {
  at,
  atom,
  call,
  comparison,
  levels,
  minus,
  negated,
  over,
  plus,
  power,
  times,
} from './code.ts';
import { fixedNumber } from './factor.ts';
import type { TensorContext, TensorLanguage, TensorRule } from './rules.ts';
import { fixedSize, sameSize } from './sizes.ts';
import { axesOf } from './tensors.ts';

/** A rule that calls one function with all operands. */
export function direct(f: string) {
  return (_: unknown, operands: readonly Code[]): Code => call(f, ...operands);
}

type Operator =
  | 'neg'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'less'
  | 'lessEqual'
  | 'equal'
  | 'and'
  | 'or'
  | 'not'
  | 'slice';

/** What Python's operators do on the tensors of every library. */
export const pythonOperators: { readonly [O in Operator]: TensorRule<O> } = {
  neg: (_, [x]) => negated(x),
  add: (_, [a, b]) => plus(a, b),
  sub: (_, [a, b]) => minus(a, b),
  mul: (_, [a, b]) => times(a, b),
  div: (_, [a, b]) => over(a, b),
  pow: (node, [x], e) => power(x, e.number(node, 'exponent')),
  less: (_, [a, b]) => comparison('<', a, b),
  lessEqual: (_, [a, b]) => comparison('<=', a, b),
  equal: (_, [a, b]) => comparison('==', a, b),
  // & and | bind more tightly than comparisons
  and: (_, [a, b]) => atom(`(${at(a, levels.atom)} & ${at(b, levels.atom)})`),
  or: (_, [a, b]) => atom(`(${at(a, levels.atom)} | ${at(b, levels.atom)})`),
  not: (_, [x]) => ({ text: `~${at(x, levels.atom)}`, level: levels.negation }),
  slice: (node, [x], e) => {
    const shape = e.unified.shape(node.inputs[0] as Expr);
    const [starts, ends] = [e.unified.sizes(node, 'starts'), e.unified.sizes(node, 'ends')];
    const parts = shape.map((size, axis) => {
      const [start, end] = [starts[axis], ends[axis]] as [typeof size, typeof size];
      const from = fixedSize(start) === 0 ? '' : e.size(start);
      return `${from}:${sameSize(end, size) ? '' : e.size(end)}`;
    });
    while (parts.at(-1) === ':') parts.pop();
    return parts.length === 0 ? x : atom(`${at(x, levels.atom)}[${parts.join(', ')}]`);
  },
};

/** A constant: a number, or a progression along one axis as `range` writes it. */
export function constantRule(
  full: (shape: string, value: Code) => Code,
  range: (size: string) => Code,
  multiply = times,
  sum = plus,
): TensorRule<'constant'> {
  return (node, _, e) => {
    if (e.isNumber(node)) return e.number(node, 'values');
    if (e.unified.uniform(node) !== undefined) return full(e.shape(node), e.number(node, 'values'));
    const progression = e.unified.progression(node);
    const [size] = e.unified.shape(node);
    if (progression === undefined || size === undefined) throw notWritten(node);
    const { start, step } = progression;
    const counted = range(e.size(size));
    const scaled = fixedNumber(step) === 1 ? counted : multiply(e.factor(step), counted);
    return start.factor === 0 && start.rest === 0 ? scaled : sum(scaled, e.factor(start));
  };
}

type Axes = (list: readonly number[], keepDims: boolean) => readonly string[];

/** A rule that calls a function with an operand and its axes. */
export function reductionBy(f: string, axes: Axes) {
  return (node: NodeOf<'sum' | 'max' | 'logSumExp'>, [x]: readonly [Code, ...Code[]]): Code =>
    call(f, x, ...axes(axesOf(node), node.attrs.keepDims));
}

/** Axes as Python's libraries take them: one, or several in brackets. */
export function axisArguments([open, close]: TensorLanguage['brackets']): Axes {
  return (list, keepDims) => {
    const text = list.length === 1 ? String(list[0]) : `${open}${list.join(', ')}${close}`;
    return [`axis=${text}`, ...(keepDims ? ['keepdims=True'] : [])];
  };
}

/** The axis of a softmax, −1 for the last. */
export function softmaxAxis({ shape, attrs: { axis } }: NodeOf<'softmax' | 'logSoftmax'>): number {
  return axis === shape.length - 1 ? -1 : axis;
}

/** The place at which a reshape adds or drops an axis of size 1, if that is all it does. */
export function changedAxis(
  node: NodeOf<'reshape'>,
  { unified }: TensorContext,
): { readonly kind: 'added' | 'dropped'; readonly axis: number } | undefined {
  const [from, to] = [unified.shape(node.inputs[0] as Expr), unified.shape(node)];
  const [short, long] = from.length < to.length ? [from, to] : [to, from];
  if (long.length !== short.length + 1) return undefined;
  const axis = long.findIndex(
    (size, i) =>
      fixedSize(size) === 1 &&
      long.toSpliced(i, 1).every((other, j) => sameSize(other, short[j] as typeof other)),
  );
  if (axis < 0) return undefined;
  return { kind: long === to ? 'added' : 'dropped', axis };
}

/** The fault of a program that has no short text. */
export function notWritten(node: Expr): SymlossError {
  const expected =
    'a loss whose constants are single numbers, and whose shapes change by axes of size 1';
  return new SymlossError('emit', expected, node.op);
}
