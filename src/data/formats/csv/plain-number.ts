const [minus, dot, zero] = [45, 46, 48];

/** Powers of ten that are exact in float64. */
const powers = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/** Bytes of a number whose digits are probably an integer below 2^31. */
const mostShort = 11;

/** What `numberAt` returns for a cell that is no plain number: no cell stands for it. */
export const noNumber = Number.POSITIVE_INFINITY;

/**
 * The number that bytes are written as, NaN where there are none. It takes plain decimals only, as programs write them: `-12.50`, neither
 * `007`, `+1` and `.5` nor exponents.
 */
export function numberAt(bytes: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length === 0 || length > mostShort) return anyNumber(bytes, start, end);
  let at = start;
  const isNegative = bytes[at] === minus;
  if (isNegative) at++;
  const first = at;
  let value = 0;
  let point = -1;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - zero;
    if (digit >= 0 && digit <= 9) value = (Math.imul(value, 10) + digit) | 0;
    else if (digit === dot - zero && point < 0) point = at;
    else return noNumber;
  }
  const digits = point < 0 ? end - first : end - first - 1;
  const whole = point < 0 ? digits : point - first;
  if (digits > 9) return anyNumber(bytes, start, end); // beyond int32
  if (whole === 0 || point === end - 1 || (whole > 1 && bytes[first] === zero)) return noNumber;
  // both are exact, so that the quotient is rounded once, as Number(text) is
  const size = point < 0 ? value : value / (powers[digits - whole] as number);
  return isNegative ? -size : size;
}

/** The same, for numbers of any length. */
function anyNumber(bytes: Buffer, start: number, end: number): number {
  let at = start;
  if (at === end) return Number.NaN;
  const isNegative = bytes[at] === minus;
  if (isNegative) at++;
  const first = at;
  let value = 0;
  let decimals = -1; // −1 before the point
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    const digit = byte - zero;
    if (digit >= 0 && digit <= 9) {
      value = 10 * value + digit;
      if (value > Number.MAX_SAFE_INTEGER) return longNumber(bytes, first, end, isNegative);
      if (decimals >= 0) decimals++;
    } else if (byte === dot && decimals < 0 && at > first) decimals = 0;
    else return noNumber;
  }
  const isPadded = bytes[first] === zero && first + 1 < end && bytes[first + 1] !== dot;
  if (isPadded || first >= end || decimals === 0) return noNumber;
  // both are exact, so that the quotient is rounded once, as Number(text) is
  if (decimals > 22) return longNumber(bytes, first, end, isNegative);
  const size = decimals > 0 ? value / (powers[decimals] as number) : value;
  return isNegative ? -size : size;
}

const decimal = /^(0|[1-9]\d*)(\.\d+)?$/;

function longNumber(bytes: Buffer, first: number, end: number, isNegative: boolean): number {
  const text = bytes.toString('latin1', first, end);
  // an integer beyond 2^53 is a text: it may be a code, or an id
  if (!decimal.test(text) || !text.includes('.')) return noNumber;
  return isNegative ? -Number(text) : Number(text);
}
