import type { Expr, NodeOf } from '../expr.ts';
import type { Op } from '../op.ts';
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
import type { ElementContext, ElementLanguage, ElementRule, Index } from './elements.ts';
import { literal, reducedArray } from './elements.ts';
import { fixedNumber } from './factor.ts';
import { javascriptNames } from './javascript.ts';
import { refusedRules } from './refused.ts';
import { notWritten } from './shared.ts';
import type { Size } from './sizes.ts';
import { fixedSize, sameSize } from './sizes.ts';

/** An element of the result of every op, in float64. */
const rules: { readonly [O in Op]: ElementRule<O> } = {
  ...refusedRules,
  input: (node) => atom(node.attrs.name),
  constant: (node, [place], e) => {
    const uniform = e.unified.uniform(node);
    if (uniform !== undefined) return e.factor(uniform);
    const progression = e.unified.progression(node);
    if (progression === undefined || place === undefined) throw notWritten(node);
    const { start, step } = progression;
    const counted = fixedNumber(step) === 1 ? atom(place) : times(e.factor(step), atom(place));
    return start.factor === 0 && start.rest === 0 ? counted : plus(counted, e.factor(start));
  },
  neg: unary(negated),
  exp: math('exp'),
  log: math('log'),
  expm1: math('expm1'),
  log1p: math('log1p'),
  sqrt: math('sqrt'),
  abs: math('abs'),
  sign: math('sign'),
  floor: math('floor'),
  sin: math('sin'),
  cos: math('cos'),
  tanh: math('tanh'),
  sigmoid: unary((x) => over(literal(1), plus(literal(1), call('Math.exp', negated(x))))),
  erf: (node, index, e) => call(e.need('erf'), e.at(node.inputs[0] as Expr, index)),
  relu: unary((x) => call('Math.max', x, '0')),
  step: unary((x) => choice(comparison('>', x, literal(0)), literal(1), literal(0))),
  pow: (node, index, e) => power(e.at(node.inputs[0] as Expr, index), e.number(node, 'exponent')),
  cast: (node, index, e) => {
    const [x] = node.inputs as [Expr];
    const value = e.at(x, index);
    if (x.dtype === 'bool') {
      return node.dtype === 'bool' ? value : choice(value, literal(1), literal(0));
    }
    if (node.dtype === 'bool') return comparison('!==', value, literal(0));
    return node.dtype === 'int32' || node.dtype === 'int64' ? call('Math.trunc', value) : value;
  },
  not: unary((x) => atom(`!${at(x, levels.atom)}`)),
  stopGradient: unary((x) => x),

  add: binary(plus),
  sub: binary(minus),
  mul: binary(times),
  div: binary(over),
  maximum: binary((a, b) => call('Math.max', a, b)),
  minimum: binary((a, b) => call('Math.min', a, b)),
  less: binary((a, b) => comparison('<', a, b)),
  lessEqual: binary((a, b) => comparison('<=', a, b)),
  equal: binary((a, b) => comparison('===', a, b)),
  and: binary((a, b) => atom(`(${at(a, levels.comparison)} && ${at(b, levels.comparison)})`)),
  or: binary((a, b) => atom(`(${at(a, levels.comparison)} || ${at(b, levels.comparison)})`)),
  where: (node, index, e) => {
    const [condition, a, b] = node.inputs.map((x) => e.at(x, index)) as [Code, Code, Code];
    return choice(condition, a, b);
  },

  sum: (node, index, e) => call(e.need('sum'), reducedArray(node, index, e)),
  max: (node, index, e) => call('Math.max', `...${reducedArray(node, index, e).text}`),
  logSumExp: (node, index, e) => call(e.need('logSumExp'), reducedArray(node, index, e)),
  argMax: (node, index, e) => {
    const [x] = node.inputs as [Expr];
    const { axis } = node.attrs;
    const size = e.unified.shape(x)[axis] as Size;
    const values = e.array(size, (place) => e.at(x, index.toSpliced(axis, 0, place)));
    return call(e.need('argMax'), values);
  },
  softmax: along('softmax'),
  logSoftmax: along('logSoftmax'),

  matMul: (node, index, e) => {
    const [a, b] = node.inputs as [Expr, Expr];
    const { transA, transB } = node.attrs;
    const [row, column] = index.slice(-2) as [string, string];
    const batch = index.slice(0, -2);
    const inner = e.unified.shape(a).at(transA ? -2 : -1) as Size;
    const products = e.array(inner, (place) =>
      times(
        e.at(a, [...batch, ...(transA ? [place, row] : [row, place])]),
        e.at(b, [...batch, ...(transB ? [column, place] : [place, column])]),
      ),
    );
    return call(e.need('sum'), products);
  },
  // axes of size 1 come and go
  reshape: (node, index, e) => {
    const [x] = node.inputs as [Expr];
    const [from, to] = [e.unified.shape(x), e.unified.shape(node)];
    const isLong = (size: Size) => fixedSize(size) !== 1;
    const [before, after] = [from.filter(isLong), to.filter(isLong)];
    const isSame = before.every((size, i) => after[i] !== undefined && sameSize(size, after[i]));
    if (!isSame || before.length !== after.length) throw notWritten(node);
    const places = index.filter((_, axis) => isLong(to[axis] as Size)).values();
    return e.at(
      x,
      from.map((size) => (isLong(size) ? (places.next().value as string) : '0')),
    );
  },
  transpose: ({ inputs, attrs: { perm } }, index, e) => {
    const from = perm.map((_, axis) => index[perm.indexOf(axis)] as string);
    return e.at(inputs[0] as Expr, from);
  },
  broadcastTo: (node, index, e) => e.at(node.inputs[0] as Expr, index, e.unified.shape(node)),
  slice: (node, index, e) => {
    const starts = e.unified.sizes(node, 'starts');
    const from = index.map((place, axis) => shifted(place, starts[axis] as Size, e));
    return e.at(node.inputs[0] as Expr, from);
  },
  concat: (node, index, e) => {
    const { axis } = node.attrs;
    const place = index[axis] as string;
    let start: Size = { rows: 0, classes: 0, rest: 0 };
    const parts = node.inputs.map((x) => {
      const from = start;
      const size = e.unified.shape(x)[axis] as Size;
      start = sumOf(start, size);
      return { x, from, end: start };
    });
    const element = ({ x, from }: (typeof parts)[number]) =>
      e.at(x, index.with(axis, shifted(place, negativeOf(from), e)));
    const isKnown = /^\d+$/.test(place) && parts.every(({ end }) => fixedSize(end) !== undefined);
    if (isKnown) {
      const own = parts.find(({ end }) => Number(place) < (fixedSize(end) as number));
      return element(own as (typeof parts)[number]);
    }
    return parts
      .map((part) => ({ end: part.end, code: element(part) }))
      .reduceRight((rest, part) => ({
        end: part.end,
        code: choice(comparison('<', atom(place), e.size(part.end)), part.code, rest.code),
      })).code;
  },
  pad: (node, index, e) => {
    const [x] = node.inputs as [Expr];
    const shape = e.unified.shape(x);
    const before = e.unified.sizes(node, 'before');
    const after = e.unified.sizes(node, 'after');
    const padded = index
      .map((_, axis) => axis)
      .filter(
        (axis) => fixedSize(before[axis] as Size) !== 0 || fixedSize(after[axis] as Size) !== 0,
      );
    const from = index.map((place, axis) => shifted(place, negativeOf(before[axis] as Size), e));
    const inside = padded.flatMap((axis) => [
      comparison('>=', atom(index[axis] as string), e.size(before[axis] as Size)).text,
      comparison(
        '<',
        atom(index[axis] as string),
        e.size(sumOf(before[axis] as Size, shape[axis] as Size)),
      ).text,
    ]);
    if (inside.length === 0) return e.at(x, from);
    return choice(atom(`(${inside.join(' && ')})`), e.at(x, from), e.number(node, 'value'));
  },
  gather: (node, [place = '', ...index], e) => {
    const [x, indices] = node.inputs as [Expr, Expr];
    return e.at(x, [e.at(indices, [place]).text, ...index]);
  },
  oneHot: (node, index, e) => {
    const isClass = comparison(
      '===',
      e.at(node.inputs[0] as Expr, index.slice(0, -1)),
      atom(index.at(-1) as string),
    );
    return node.dtype === 'bool' ? isClass : choice(isClass, literal(1), literal(0));
  },
};

function unary(f: (x: Code) => Code) {
  return (node: Expr, index: Index, e: ElementContext): Code =>
    f(e.at(node.inputs[0] as Expr, index));
}

function math(f: string) {
  return unary((x) => call(`Math.${f}`, x));
}

function binary(f: (a: Code, b: Code) => Code) {
  return (node: Expr, index: Index, e: ElementContext): Code =>
    f(e.at(node.inputs[0] as Expr, index), e.at(node.inputs[1] as Expr, index));
}

function choice(condition: Code, a: Code, b: Code): Code {
  const text = `${at(condition, levels.comparison)} ? ${a.text} : ${b.text}`;
  return { text, level: levels.choice };
}

/** An element of a function of all elements along an axis, where that is not the last. */
function along(f: string) {
  return (node: NodeOf<'softmax' | 'logSoftmax'>, index: Index, e: ElementContext): Code => {
    const [x] = node.inputs as [Expr];
    const { axis } = node.attrs;
    const size = e.unified.shape(x)[axis] as Size;
    const values = e.array(size, (place) => e.at(x, index.with(axis, place)));
    return atom(`${call(e.need(f), values).text}[${index[axis]}]!`);
  };
}

function shifted(place: string, by: Size, e: ElementContext): string {
  const fixed = fixedSize(by);
  if (fixed !== undefined && /^\d+$/.test(place)) return String(Number(place) + fixed);
  if (place === '0') return e.size(by).text;
  return fixed === 0 ? place : plus(atom(place), e.size(by)).text;
}

function sumOf(a: Size, b: Size): Size {
  return { rows: a.rows + b.rows, classes: a.classes + b.classes, rest: a.rest + b.rest };
}

function negativeOf({ rows, classes, rest }: Size): Size {
  return { rows: 0 - rows, classes: 0 - classes, rest: 0 - rest };
}

export const typescript: ElementLanguage = {
  rules,
  wholes: { softmax: 'softmax', logSoftmax: 'logSoftmax' },
  reserved: [
    ...javascriptNames.reserved,
    ...[
      'i',
      'j',
      'l',
      'm',
      'h',
      'r',
      's',
      'label',
      'loss',
      'batchTerm',
      'vector',
      'sum',
      'mean',
      'erf',
      'argMax',
    ],
    ...['softmax', 'logSoftmax', 'logSumExp'],
  ],
};

/** What the code may call, and which of the others each calls. */
export const typescriptHelpers: Readonly<
  Record<string, { readonly text: string; readonly calls: readonly string[] }>
> = {
  vector: {
    calls: [],
    text: `function vector<T>(length: number, element: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => element(index));
}`,
  },
  sum: {
    calls: [],
    text: `function sum(values: readonly number[]): number {
  return values.reduce((total, x) => total + x, 0);
}`,
  },
  mean: {
    calls: ['sum'],
    text: `function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}`,
  },
  logSumExp: {
    calls: ['sum'],
    text: `function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(sum(values.map((x) => Math.exp(x - largest))));
}`,
  },
  logSoftmax: {
    calls: ['sum'],
    text: `function logSoftmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const total = sum(scores.map((z) => Math.exp(z - largest)));
  return scores.map((z) => z - largest - Math.log(total));
}`,
  },
  softmax: {
    calls: ['logSoftmax'],
    text: `function softmax(scores: readonly number[]): number[] {
  return logSoftmax(scores).map(Math.exp);
}`,
  },
  argMax: {
    calls: [],
    text: `/** The first of equal ones. */
function argMax(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}`,
  },
  erf: {
    calls: [],
    text: `/** The error function by its series, all of whose terms have one sign. */
function erf(x: number): number {
  if (Math.abs(x) >= 6) return Math.sign(x);
  let term = x;
  let total = x;
  for (let i = 1; Math.abs(term) > 1e-17 * Math.abs(total); i++) {
    term *= (2 * x * x) / (2 * i + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}`,
  },
};
