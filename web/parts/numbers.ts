const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number as people read it: `0.4`, `−1.25`, `3.2 × 10⁻⁸`; as many significant digits as asked for, none that say nothing. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '−∞' : 'not a number';
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return scientific(rounded, digits);
  return withMinus(String(rounded));
}

/** A number of things: `1 row`, `1,309 rows`. */
export function countOf(n: number, thing: string): string {
  return `${n.toLocaleString('en-US')} ${thing}${n === 1 ? '' : 's'}`;
}

/** A share of one in percent: `40 %`. */
export function formatPercent(share: number): string {
  return `${withMinus(String(Number((100 * share).toPrecision(4))))} %`;
}

function scientific(value: number, digits: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
  const power = exponent
    .replace('+', '')
    .replace('-', '⁻')
    .replaceAll(/\d/g, (digit) => superscripts[Number(digit)] as string);
  const factor = String(Number(mantissa));
  return factor === '1' ? `10${power}` : `${withMinus(factor)} × 10${power}`;
}

function withMinus(text: string): string {
  return text.replace('-', '−');
}
