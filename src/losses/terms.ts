import { parseDecimal } from '../core/index.ts';
import type { Term } from './combine.ts';

const leadingFactor = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*\*/i;

/**
 * Splits `0.5*ce + 2*gce:q=0.7` at each `+` outside parentheses into factors, 1 where none is given, and
 * specs.
 * - A name that contains `+` wins, the longest first: `nce+rce` is that loss, `nce + rce`, with
 *   blanks, is a sum of two.
 * - A `+` in a number (`1e+3`, `q=+0.5`) splits nothing.
 * @param names the names of the losses
 * @throws SymlossError for a factor that is not above 0
 */
export function splitTerms(text: string, names: Iterable<string>): Term<string>[] {
  const whole = [...names].filter((name) => name.includes('+')).sort((a, b) => b.length - a.length);
  const terms: Term<string>[] = [];
  for (let rest = text, more = true; more; ) {
    const [prefix = '', digits] = leadingFactor.exec(rest) ?? [];
    const factor =
      digits === undefined
        ? 1
        : parseDecimal(`loss, factor in ${JSON.stringify(text.trim())}`, digits, {
            min: 0,
            openMin: true,
          });
    const body = rest.slice(prefix.length).trimStart();
    const known = whole.find(
      (name) => body.startsWith(name) && !/^[\w-]/.test(body.slice(name.length)),
    );
    const end = nextPlus(body, known?.length ?? 0);
    terms.push([factor, body.slice(0, end).trim()]);
    more = end < body.length;
    rest = body.slice(end + 1);
  }
  return terms;
}

/** Where the next `+` is that adds, from a place on; the length of the text if none is. */
function nextPlus(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (text[i] === '+' && depth === 0 && !isInNumber(text, i)) return i;
  }
  return text.length;
}

/** Whether the `+` is the sign of a value or of an exponent. */
function isInNumber(text: string, at: number): boolean {
  const before = text.slice(0, at);
  const after = text.slice(at + 1);
  return /^[\d.]/.test(after) && (/[:=,]\s*$/.test(before) || /[\d.]e$/i.test(before));
}
