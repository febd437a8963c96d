import { describe, expect, test } from 'vitest';
import { unitName } from '../../src/data/unit-names.ts';

describe('the name of a unit', () => {
  test.each<[string, string[]]>([
    ['kg', ['kg', 'KG', 'Kg', 'kgs', 'Kgs']],
    ['km', ['km', 'KM', 'Km', 'kms']],
    ['year', ['year', 'years', 'Years', 'YEARS']],
    ['min', ['min', 'Min', 'MIN', 'mins']],
    ['mile', ['mile', 'Miles', 'MILES']],
    ['mph', ['mph', 'MPH']],
    ['k', ['k', 'K']],
    ['kb', ['kb', 'Kb']],
    ['kB', ['kB', 'KB']],
    ['µg', ['µg', 'μg', 'µG']],
    ['mmol/l', ['mmol/l', 'mmol/L']],
    ['mg/dl', ['mg/dl', 'mg/dL', 'mG/DL']],
    ['Mbps', ['Mbps', 'MbPS']],
    ['MHz', ['MHz', 'MHZ', 'Mhz']],
    ['mm²', ['mm²']],
    ['°c', ['°C', '°c']],
  ])('%s: %j', (name, spellings) => {
    expect(spellings.map(unitName)).toEqual(spellings.map(() => name));
    expect(unitName(name)).toBe(name);
  });

  test.each([
    ['mW', 'MW'],
    ['mg', 'Mg'],
    ['mHz', 'MHz'],
    ['mm', 'Mm'],
    ['m', 'M'],
    ['Mb', 'MB'],
    ['Mb', 'mb'],
    ['b', 'B'],
    ['GB', 'Gb'],
    ['Mbps', 'MBps'],
    ['GiB', 'GB'],
    ['m/s', 'M/s'],
    ['mm²', 'Mm²'],
  ])('%s is not %s', (one, other) => {
    expect(unitName(one)).not.toBe(unitName(other));
  });
});
