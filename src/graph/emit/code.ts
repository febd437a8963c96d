import { type Factor, fixedNumber } from './factor.ts';
import { fixedSize, type Size } from './sizes.ts';

/** How tightly the outermost operator of a text binds, in Python as in JavaScript. */
export const levels = {
  choice: 0,
  comparison: 1,
  sum: 2,
  product: 3,
  negation: 4,
  power: 5,
  atom: 6,
} as const;

/** A text of code. */
export interface Code {
  readonly text: string;
  readonly level: number;
}

export function atom(text: string): Code {
  return { text, level: levels.atom };
}

/** The text, in parentheses if it binds less tightly than it has to. */
export function at(code: Code, level: number): string {
  return code.level >= level ? code.text : `(${code.text})`;
}

export function call(f: string, ...args: readonly (Code | string)[]): Code {
  return atom(`${f}(${args.map((arg) => (typeof arg === 'string' ? arg : arg.text)).join(', ')})`);
}

/** `x.f(…)` */
export function method(x: Code, f: string, ...args: readonly string[]): Code {
  return atom(`${at(x, levels.atom)}.${f}(${args.join(', ')})`);
}

/** a − b and a + b, with the signs of both in one operator. */
export function plus(a: Code, b: Code): Code {
  if (isNegated(b)) return minus(a, withoutSign(b));
  if (isNegated(a)) return minus(b, withoutSign(a));
  return { text: `${at(a, levels.sum)} + ${at(b, levels.sum + 1)}`, level: levels.sum };
}

export function minus(a: Code, b: Code): Code {
  if (isNegated(b)) return plus(a, withoutSign(b));
  return { text: `${at(a, levels.sum)} - ${at(b, levels.sum + 1)}`, level: levels.sum };
}

export function times(a: Code, b: Code): Code {
  if (isLiteral(b) && !isLiteral(a)) return times(b, a);
  if (a.text === '-1') return negated(b);
  if (isNegated(b)) return negated(times(a, withoutSign(b)));
  const inverse = /^1 \/ (\w+)$/.exec(b.text)?.[1];
  if (inverse !== undefined) return over(a, atom(inverse));
  return { text: `${at(a, levels.product)} * ${at(b, levels.product + 1)}`, level: levels.product };
}

export function over(a: Code, b: Code): Code {
  return { text: `${at(a, levels.product)} / ${at(b, levels.product + 1)}`, level: levels.product };
}

export function negated(a: Code): Code {
  if (isNegated(a)) return withoutSign(a);
  const text = `-${at(a, levels.product)}`;
  return {
    text,
    level: Math.min(a.level < levels.product ? levels.atom : a.level, levels.negation),
  };
}

export function comparison(operator: string, a: Code, b: Code): Code {
  const [left, right] = [at(a, levels.sum), at(b, levels.sum)];
  return { text: `${left} ${operator} ${right}`, level: levels.comparison };
}

export function power(a: Code, exponent: Code): Code {
  return { text: `${at(a, levels.atom)} ** ${at(exponent, levels.negation)}`, level: levels.power };
}

/** −x, −x·y or −x/y. */
function isNegated({ text, level }: Code): boolean {
  return text.startsWith('-') && (level === levels.negation || level === levels.product);
}

function withoutSign({ text, level }: Code): Code {
  const rest = text.slice(1);
  if (level === levels.product) return { text: rest, level };
  return { text: rest, level: rest.includes(' ** ') ? levels.power : levels.atom };
}

function isLiteral({ text }: Code): boolean {
  return /^-?[\d.]+(e[+-]?\d+)?$/.test(text);
}

/** What numbers are called in a language. */
export interface Numerals {
  /** The natural logarithm of a number. */
  readonly log: string;
  /** e^x − 1 of a number. */
  readonly expm1: string;
  readonly infinity: string;
}

/** Digits up to which a number is written as it is, and as part of an expression of others. */
const [shortDigits, partDigits] = [6, 8];

/**
 * A number as people write it, of exactly its value: `0.7`, `1 / 3`, `1 - 0.7`, `math.log(1e-7)`, else all its digits.
 */
export function numberCode(x: number, numerals: Numerals): Code {
  const size = Math.abs(x);
  const isPlain = !Number.isFinite(x) || Number(size.toPrecision(shortDigits)) === size;
  const found = isPlain ? undefined : expressionOf(x, numerals);
  if (found !== undefined) return found;
  if (Number.isNaN(x)) return over(atom('0.0'), atom('0.0'));
  if (x < 0 || Object.is(x, -0)) return negated(numberCode(-x, numerals));
  return atom(x === Number.POSITIVE_INFINITY ? numerals.infinity : digits(x));
}

/** A number as an expression of shorter ones, the shortest. */
function expressionOf(x: number, { log, expm1 }: Numerals): Code | undefined {
  const short = (value: number) => Number(value.toPrecision(partDigits));
  const plain = (value: number) => numberOf(value);
  const [logP, logM] = [short(Math.exp(x)), short(Math.exp(-x))];
  const [inverse, share, above] = [Math.round(1 / x), short(1 - x), short(1 + x)];
  const exponent = short(Math.log1p(x));
  const candidates: (readonly [number, () => Code])[] = [
    [Math.log(logP), () => call(log, plain(logP))],
    [-Math.log(logM), () => negated(call(log, plain(logM)))],
    [1 / inverse, () => over(atom('1'), plain(inverse))],
    [1 - share, () => minus(atom('1'), plain(share))],
    [above - 1, () => minus(plain(above), atom('1'))],
    [Math.expm1(exponent), () => call(expm1, plain(exponent))],
  ];
  return candidates
    .filter(([value]) => value === x)
    .map(([, code]) => code())
    .filter(({ text }) => text.length < digits(Math.abs(x)).length)
    .sort((a, b) => a.text.length - b.text.length)[0];
}

function numberOf(x: number): Code {
  return x < 0 ? negated(atom(digits(-x))) : atom(digits(x));
}

/** The digits of a number of 0 or more. */
function digits(x: number): string {
  const [usual, exponential] = [String(x), x.toExponential().replace('e+', 'e')];
  const isUsual = x === 0 || (x >= 1e-3 && x < 1e5) || usual.length <= exponential.length;
  return isUsual && !usual.includes('+') ? usual : exponential;
}

/** An expression of n and k. */
export function factorCode(factor: Factor, numerals: Numerals): Code {
  const fixed = fixedNumber(factor);
  if (fixed !== undefined) return numberCode(fixed, numerals);
  if (factor.factor < 0 && factor.rest === 0) {
    return negated(factorCode({ ...factor, factor: -factor.factor }, numerals));
  }
  const powers: (readonly [Code, number])[] = [
    [atom('n'), factor.rows],
    [atom('k'), factor.classes],
    [call(numerals.log, 'k'), factor.log],
    [{ text: 'k - 1', level: levels.sum }, factor.others],
  ];
  const parts = (sign: number) =>
    powers
      .filter(([, exponent]) => exponent * sign > 0)
      .map(([base, exponent]) =>
        exponent * sign === 1 ? base : power(base, numberCode(exponent * sign, numerals)),
      );
  const product = (list: readonly Code[]) => list.reduce((a, b) => times(a, b));
  const [above, below] = [parts(1), parts(-1)];
  const leads =
    factor.factor === 1 && above.length > 0 ? [] : [numberCode(factor.factor, numerals)];
  const numerator = product([...leads, ...above]);
  const all = below.length === 0 ? numerator : over(numerator, product(below));
  return factor.rest === 0 ? all : plus(all, numberCode(factor.rest, numerals));
}

/** An expression of n and k, of which `1` is the smallest. */
export function sizeCode(size: Size): Code {
  const fixed = fixedSize(size);
  if (fixed !== undefined) return integerCode(fixed);
  const { rows, classes, rest } = size;
  const parts = [
    ...(rows === 1 ? [atom('n')] : []),
    ...(classes === 0 ? [] : [classes === 1 ? atom('k') : times(integerCode(classes), atom('k'))]),
    ...(rest === 0 ? [] : [integerCode(rest)]),
  ];
  return parts.reduce((a, b) => plus(a, b));
}

function integerCode(x: number): Code {
  return x < 0 ? negated(atom(String(-x))) : atom(String(x));
}
