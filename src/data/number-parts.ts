import { unitName } from './unit-names.ts';

const symbols = '$€£¥₹₽₩₺₫฿₴₪₦₱';
/** What stands for a currency in front of a number, beside a symbol: `USD 5`, `R$ 5`, `Rs. 5`. */
const codes = [
  'USD EUR GBP CHF JPY CNY RMB INR BRL CAD AUD NZD SEK NOK DKK PLN CZK HUF RUB TRY KRW ZAR MXN SGD',
  'HKD THB IDR MYR PHP VND AED SAR ILS ARS CLP COP EGP NGN KES PKR BDT LKR TWD UAH RON',
  'Rs\\.? Rp\\.? [Kk]r\\.? Fr\\. RM R\\$ US\\$ AU?\\$ CA?\\$ NZ\\$ HK\\$ S\\$ NT\\$ MX\\$',
].flatMap((some) => some.split(' '));
const currency = `[${symbols}]|${codes.join('|')}`;
const before = new RegExp(`^([+-]?)(${currency})\\s*(-?)([\\d.,].*)$`);
const behind = new RegExp(`^(.*\\d[.,]?)\\s*([${symbols}%‰])$`);
/** `(1,005.50)`, `$(5)`: how bookkeepers write what is negative */
const bracketed = new RegExp(`^([${symbols}]?)\\(([^()+-]*\\d[^()+-]*)\\)$`);
/** Whether a text may have a currency or a per cent sign; most have none, and patterns take time. */
const mayHaveSymbol = new RegExp(`[${symbols}%‰]|^[+-]?(${codes.join('|')})`);
/** `$1.2M`, `€565K`: an amount of money in thousands, millions or more */
const large = /^(.*\d)\s?(k|m|b|t|bn|mn|mio|mrd|million|billion)\.?$/i;

/** No number with a sign or commas is longer; it spares texts the patterns. */
const longest = 60;

/** Parts of a text that may be a number. */
export interface Parts {
  readonly digits: string;
  /** `%`, `‰` or a currency; '' where there is none. */
  readonly unit: string;
  /** What the digits count: 1000 in `$5k`. */
  readonly size: number;
}

/** A text without its currency or per cent sign, and without the brackets around what is negative. */
export function partsOf(text: string): Parts {
  if (text.length > longest) return { digits: text, unit: '', size: 1 };
  const [, symbol = '', amount] = (text.endsWith(')') ? bracketed.exec(text) : null) ?? [];
  const isMinus = text.startsWith('−'); // that of Unicode
  const signed =
    amount !== undefined ? `-${symbol}${amount.trim()}` : isMinus ? `-${text.slice(1)}` : text;
  const money = mayHaveSymbol.test(signed) ? before.exec(signed) : null;
  if (money !== null) {
    const [, sign = '', unit = '', minus = '', rest = ''] = money;
    const [, digits = rest, letters] = large.exec(rest) ?? [];
    const size = letters === undefined ? 1 : (sizes.get(letters.toLowerCase()) as number);
    const name = symbols.includes(unit) ? unit : unitName(unit.replace('.', ''));
    if (sign !== '' && minus !== '') return { digits: text, unit: '', size: 1 };
    return { digits: `${sign}${minus}${digits}`, unit: name, size };
  }
  const [, digits = signed, unit = ''] = behind.exec(signed) ?? [];
  return { digits, unit, size: 1 };
}

/** Currencies and per cent signs, and how many texts carry each. */
export function symbolsIn(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    if (!mayHaveSymbol.test(text)) continue;
    const { digits, unit } = partsOf(text);
    if (unit === '' || !/\d/.test(digits)) continue;
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  return counts;
}

/** `170 cm`, `-1,5kg`, `3 years`: a number, and letters behind it */
const measured =
  /^([+\-−]?[\d][\d.,' \u00a0]*)(?<=[\d.])[ \u00a0]*([\p{L}°][\p{L}°²³/]{0,15})\.?$/u;

/** The unit of numbers of which some are counted in thousands or millions, as 950 may stand beside 1.2k and 3M. */
export const countUnit = 'k';
/** Units that count, by their names. A B alone may be one of bytes, and an m of metres. */
const counted: ReadonlyMap<string, number> = new Map(
  [
    [1e3, 'k thousand'] as const,
    [1e6, 'M million mio'] as const,
    [1e9, 'B bn billion mrd'] as const,
  ].flatMap(([size, names]) => names.split(' ').map((name) => [name, size] as const)),
);
/** Of an amount of money, in small letters: there an m is no metre. */
const sizes: ReadonlyMap<string, number> = new Map([
  ...Array.from(counted, ([name, size]) => [name.toLowerCase(), size] as const),
  ...[['mn', 1e6] as const, ['t', 1e12] as const],
]);

/** How much a unit counts by its name, `undefined` where it does not count. */
export function sizeOfCount(unit: string): number | undefined {
  return counted.get(unit);
}

/** What a text measures, and in which unit. */
export interface Measure {
  readonly amount: string;
  readonly unit: string;
}

export function measureOf(text: string): Measure | undefined {
  const last = text.charCodeAt(text.length - 1);
  if (text.length > longest || (last >= 48 && last <= 57)) return undefined; // a digit
  const [, amount, letters] = measured.exec(text) ?? [];
  if (amount === undefined || letters === undefined) return undefined;
  return { amount: amount.trim(), unit: unitName(letters) };
}

/** The unit of durations such as `1:23:45`, `2 days 03:00:00` and `PT1H23M`, which are read in seconds. */
export const clockUnit = 'h:m:s';
const clock = /^([+\-−]?)(?:(\d+) days?,? )?(\d+):([0-5]\d)(?::([0-5]\d(?:[.,]\d+)?))?$/;
/** ISO 8601, without years and months, whose lengths differ: `P3DT4H`, `PT1.5S`, `P2W` */
const isoDuration =
  /^([+\-−]?)P(?=\d|T\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/;
/** Hours of a time of day are below. */
const hoursOfDay = 24;

/** Seconds of a duration: `1:23:45` in hours, minutes and seconds, `3:45` in minutes and seconds. */
export function secondsOf(text: string): number | undefined {
  if (text.length > longest) return undefined;
  if (!text.includes(':')) return text.includes('P') ? isoSecondsOf(text) : undefined;
  const [, sign, days, first, second, third] = clock.exec(text) ?? [];
  if (first === undefined) return undefined;
  const last = third === undefined ? undefined : Number(third.replace(',', '.'));
  const [x, y] = [Number(first), Number(second)];
  const seconds = last === undefined ? 60 * x + y : 3600 * x + 60 * y + last;
  const total = 86_400 * Number(days ?? 0) + seconds;
  return sign === '-' || sign === '−' ? -total : total;
}

function isoSecondsOf(text: string): number | undefined {
  const [whole, sign, ...parts] = isoDuration.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part = '0') =>
    Number(part.replace(',', '.')),
  );
  const total = 86_400 * (7 * weeks + days) + 3600 * hours + 60 * minutes + seconds;
  return sign === '-' || sign === '−' ? -total : total;
}

/** Whether a text is a duration and no time of day. */
export function isDuration(text: string): boolean {
  if (isoDuration.test(text)) return true;
  const [, sign, days, first] = clock.exec(text) ?? [];
  return first !== undefined && (sign !== '' || days !== undefined || Number(first) >= hoursOfDay);
}
