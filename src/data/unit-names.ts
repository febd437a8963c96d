/** Symbols that stand behind m (milli) and M (mega). */
const scaled = new Map(
  [
    ...['g', 'm', 's', 'l', 't', 'mol', 'cal', 'bar', 'bit', 'byte', 'Hz', 'N', 'Pa', 'J', 'W'],
    ...['Wh', 'Wp', 'V', 'VA', 'A', 'Ah', 'eV', 'Ω', 'ohm', 'F', 'H', 'Sv', 'Gy', 'Bq'],
  ].map((symbol) => [symbol.toLowerCase(), symbol]),
);
/** `Mb` (bits), `MB` (bytes), `GiB`, `Mbps` */
const bits = /^([kmgtp]?)(i?)(b)(ps)?s?$/i;
const known = new Map<string, string>();
const mostKnown = 1024;

/**
 * The name of a unit, one for all its spellings: in small letters and without the s of a plural (`KG`, `Kgs`: `kg`; `Years`: `year`),
 * but where the case of a letter says what the unit is: m and M for milli and mega (`mW`, `MW`) and alone (metre, million), b and B for
 * bits and bytes (`Mb`, `MB`).
 * @param letters as a cell has them behind a number, such as `mg/dL`
 */
export function unitName(letters: string): string {
  const found = known.get(letters) ?? letters.split('/').map(nameOfPart).join('/');
  if (known.size < mostKnown) known.set(letters, found);
  return found;
}

function nameOfPart(letters: string): string {
  const [, word = letters, power = ''] = /^(.*?)([²³]+)$/u.exec(letters) ?? [];
  return nameOfWord(word.replace('μ', 'µ')) + power; // the Greek letter, the sign for micro
}

function nameOfWord(word: string): string {
  const [, prefix, binary, bit, perSecond] = bits.exec(word) ?? [];
  if (prefix !== undefined) {
    const size = prefix === 'm' ? 'm' : /k/i.test(prefix) ? 'k' : prefix.toUpperCase();
    return `${size}${binary?.toLowerCase()}${bit}${perSecond?.toLowerCase() ?? ''}`;
  }
  const small = word.toLowerCase();
  if (small === 'm') return word;
  const single = small.length > 2 ? small.replace(/s$/, '') : small;
  const symbol = single.startsWith('m') ? scaled.get(single.slice(1)) : undefined;
  return symbol === undefined ? single : `${word.charAt(0)}${symbol}`;
}
