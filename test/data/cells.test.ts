import { describe, expect, test } from 'vitest';
import { compactDateOf, dateOf, orderOf } from '../../src/data/dates.ts';
import { filledText, isMarker } from '../../src/data/formats/table/missing.ts';
import { areOneUnit, styleOf } from '../../src/data/number-style.ts';
import type { NumberStyle } from '../../src/data/numbers.ts';
import { isPadded, numberOf } from '../../src/data/numbers.ts';

/** Days since 1970 of a time that JavaScript reads. */
const days = (iso: string) => Date.parse(iso) / 86_400_000;

describe('missing cells', () => {
  test.each(['', ' ', 'NA', 'na', 'NaN', '-nan', 'null', 'NULL', 'n/a', '#N/A', '<NA>', 'NaT'])(
    '%j is missing anywhere',
    (cell) => expect(filledText(cell)).toBeUndefined(),
  );

  test.each(['?', '-', '–', '.', 'unknown', 'Missing', 'None', '(null)', '#DIV/0!'])(
    '%j marks a missing number',
    (cell) => {
      expect(filledText(cell)).toBe(cell);
      expect(isMarker(cell)).toBe(true);
    },
  );

  test.each(['0', 'no', 'nan2', 'x', 'none of these'])('%j is filled', (cell) => {
    expect(filledText(` ${cell} `)).toBe(cell);
    expect(isMarker(cell)).toBe(false);
  });
});

describe('numbers', () => {
  test.each<[string, number | undefined, number | undefined, number | undefined]>([
    // as text, without commas, with commas between thousands, with decimal commas
    ['1.5e3', 1500, 1500, 1500],
    ['-.5', -0.5, -0.5, -0.5],
    ['−7', -7, -7, -7],
    ['1,005', undefined, 1005, 1.005],
    ['1,005,000.5', undefined, 1005000.5, undefined],
    ['1,5', undefined, undefined, 1.5],
    ['1.005,5', undefined, undefined, 1005.5],
    ['1.005', 1.005, 1.005, 1005],
    ['0.005', 0.005, 0.005, 0.005],
    ['0,005', undefined, undefined, 0.005],
    ['1.005.000', undefined, undefined, 1005000],
    ['1 005', 1005, 1005, 1005],
    ['1\u202f005,5', 1005.5, 1005.5, 1005.5],
    ["1'005.5", 1005.5, 1005.5, 1005.5],
    ['5%', 0.05, 0.05, 0.05],
    ['5‰', 0.005, 0.005, 0.005],
    ['0,8 ‰', undefined, undefined, 0.0008],
    ['12.5 %', 0.125, 0.125, 0.125],
    ['$5', 5, 5, 5],
    ['-$1,005.50', undefined, -1005.5, undefined],
    ['5,5 €', undefined, undefined, 5.5],
    ['(5)', -5, -5, -5],
    ['($1,005.5)', undefined, -1005.5, undefined],
    ['$(5.5)', -5.5, -5.5, -5.5],
    ['(5 %)', -0.05, -0.05, -0.05],
    ['(-5)', undefined, undefined, undefined],
    ['(a)', undefined, undefined, undefined],
    ['12,34,567', undefined, 1234567, undefined],
    ['1,23,45', undefined, undefined, undefined],
    ['1e39', Infinity, Infinity, Infinity],
    ['-inf', -Infinity, -Infinity, -Infinity],
    ['1_000', undefined, undefined, undefined],
    ['0x10', undefined, undefined, undefined],
    ['5 kg', undefined, undefined, undefined],
    ['1,2,3', undefined, undefined, undefined],
    ['%', undefined, undefined, undefined],
    ['$', undefined, undefined, undefined],
  ])('%j', (text, none, thousands, decimal) => {
    const values = (['none', 'thousands', 'decimal'] as const).map((comma) =>
      numberOf(text, { comma }),
    );
    expect(values).toEqual([none, thousands, decimal]);
  });

  test.each<[string[], NumberStyle['comma'], boolean]>([
    [['1', '2.5'], 'none', false],
    [['1,005', '2'], 'thousands', false],
    [['1,005', '1,000,000'], 'thousands', false],
    [['1,005', '1,000.5'], 'thousands', false],
    [['1,005', '1,5'], 'decimal', false],
    [['1,005', '0,125'], 'decimal', false],
    [['Smith, John', 'Doe, Jane'], 'none', false],
  ])('commas in %j are %s', (texts, comma, isGuessed) => {
    expect(styleOf(texts, { comma: 'thousands' })).toEqual({ comma, isGuessed });
    const isOpen = texts.join() === '1,005,2';
    const preferred = isOpen ? { comma: 'decimal', isGuessed: true } : { comma, isGuessed };
    expect(styleOf(texts, { comma: 'decimal' })).toEqual(preferred);
  });

  test.each<[string[], string | undefined]>([
    [['5 kg', '7.5 kg', '8'], 'kg'],
    [['1 year', '2 years'], 'year'],
    [['5 kg', '7 lb'], undefined],
    [['5', '7', '8kg'], undefined],
    [['005A', '006A'], undefined],
    [['5%', '7', '3 %'], '%'],
    [['$5', '-$1,005.50', '(7)'], '$'],
    [['5 €', '$7', '€3'], '€'],
    [['5', '7'], undefined],
    [['USD 5', 'USD 1,005', '7'], 'usd'],
    [['R$ 5', 'R$5'], 'r$'],
    [['Rs. 5', 'Rs 7'], 'rs'],
    [['T5', 'Q7', 'USA 5'], undefined],
    [['1.2K', '3M', '850', '2k'], 'k'],
    [['1.2M', '3M'], 'k'],
    [['12B', '7B'], 'B'],
    [['12 m', '7 m'], 'm'],
    [['$1.2M', '$50K', '$3'], '$'],
    [['30:05', '1:02:10', '4:10'], 'h:m:s'],
    [['0 days 00:05:00', '1 days 03:00:00'], 'h:m:s'],
    [['10:30', '23:59:10'], undefined],
    [['PT5H', 'P3DT4H', 'PT1M30S'], 'h:m:s'],
    [['P1Y', 'P2M'], undefined],
    [['P', 'PT', 'Paul'], undefined],
    [['0.5 ‰', '1‰', '2'], '‰'],
  ])('the unit of %j is %s', (texts, unit) => {
    expect(styleOf(texts, { comma: 'thousands' }).unit).toBe(unit);
  });

  test.each<[string, string, number | undefined]>([
    // text, unit of the column, number
    ['5', '%', 5],
    ['5%', '%', 0.05],
    ['$5', '%', undefined],
    ['5 kg', '%', undefined],
    ['€1,005', '€', 1005],
    ['$1,005', '€', undefined],
    ['5', 'kg', 5],
    ['5 KG', 'kg', 5],
    ['5 g', 'kg', undefined],
    ['$5', 'kg', undefined],
    ['5%', 'kg', undefined],
    ['USD 1,005.50', 'usd', 1005.5],
    ['5 USD', 'usd', 5],
    ['-USD 5', 'usd', -5],
    ['USD -5', 'usd', -5],
    ['-USD -5', 'usd', undefined],
    ['EUR 5', 'usd', undefined],
    ['R$ 1.005', 'r$', 1.005],
    ['₽5', '₽', 5],
    ['1.5K', 'k', 1500],
    ['1.5 million', 'k', 1.5e6],
    ['3M', 'k', 3e6],
    ['3B', 'k', 3e9],
    ['3 m', 'k', undefined],
    ['850', 'k', 850],
    ['$1.5M', '$', 1.5e6],
    ['€565k', '€', 565e3],
    ['$2bn', '$', 2e9],
    ['$2 kg', '$', undefined],
    ['1:23:45', 'h:m:s', 5025],
    ['3:45', 'h:m:s', 225],
    ['79:59:53.5', 'h:m:s', 287993.5],
    ['-0:30', 'h:m:s', -30],
    ['2 days 03:00:00', 'h:m:s', 183600],
    ['90', 'h:m:s', 90],
    ['3:75', 'h:m:s', undefined],
    ['PT5H', 'h:m:s', 18000],
    ['P3DT4H', 'h:m:s', 273600],
    ['PT1M1.5S', 'h:m:s', 61.5],
    ['-P1W', 'h:m:s', -604800],
    ['P1M', 'h:m:s', undefined],
    ['P1DT', 'h:m:s', undefined],
    ['PT', 'h:m:s', undefined],
    ['5%', '‰', undefined],
    ['5‰', '%', undefined],
  ])('%j in a column of %s is %s', (text, unit, expected) => {
    expect(numberOf(text, { comma: 'thousands', unit })).toBe(expected);
  });

  test('amounts of several currencies, or per cent beside them, are not of one unit', () => {
    expect(areOneUnit(['$5', '7', '-$3', '$ tag', 'x%'])).toBe(true);
    expect(areOneUnit(['$5', '€7'])).toBe(false);
    expect(areOneUnit(['$5', '7%'])).toBe(false);
    expect(areOneUnit(['5%', '7', '8 %'])).toBe(true);
    expect(areOneUnit(['5%', '7‰'])).toBe(false);
  });

  test('zeros in front make a code', () => {
    expect(['00501', '-007', '0', '0.5', '10', '00.5'].map(isPadded)).toEqual([
      ...[true, true, false, false, false, false],
    ]);
  });
});

describe('dates', () => {
  test.each<[string, string]>([
    ['2024-01-31', '2024-01-31'],
    ['2024-1-3', '2024-01-03'],
    ['1969-12-31', '1969-12-31'],
    ['2024/01/31', '2024-01-31'],
    ['2024-01-31T17:30', '2024-01-31T17:30Z'],
    ['2024-01-31 17:30:15.25', '2024-01-31T17:30:15.250Z'],
    ['2024-01-31T17:30:00Z', '2024-01-31T17:30Z'],
    ['2024-01-31T00:30:00+02:00', '2024-01-30T22:30Z'],
    ['2024-01-31 17:30 -0530', '2024-01-31T23:00Z'],
    ['31 Jan 2024', '2024-01-31'],
    ['31-JAN-24', '2024-01-31'],
    ['January 31, 2024', '2024-01-31'],
    ['Sept 3rd 1999', '1999-09-03'],
    ['2024-02', '2024-02-01'],
    ['13/02/2024', '2024-02-13'],
    ['13.02.2024 17:30', '2024-02-13T17:30Z'],
    ['13-02-69', '1969-02-13'],
    ['13/02/68 5:30 PM', '2068-02-13T17:30Z'],
    ['Wed Jan 31 17:30:00 +0100 2024', '2024-01-31T16:30Z'],
    ['Wed, 31 Jan 2024 17:30:00 GMT', '2024-01-31T17:30Z'],
    ['Wednesday, January 31, 2024', '2024-01-31'],
    ['3 févr. 2024', '2024-02-03'],
    ['1er août 2024', '2024-08-01'],
    ['mar. 3 déc. 2024', '2024-12-03'],
    ['lundi 15 janvier 2024 17:30', '2024-01-15T17:30Z'],
    ['3. März 2024', '2024-03-03'],
    ['3.Mär 2024', '2024-03-03'],
    ['Mo, 31. Dezember 2024', '2024-12-31'],
    ['Mo 13.02.2024', '2024-02-13'],
    ['1. Jänner 2024', '2024-01-01'],
    ['3 de enero de 2024', '2024-01-03'],
    ['31-dic-24', '2024-12-31'],
    ['7 de maio de 2024', '2024-05-07'],
    ['15 settembre 2024', '2024-09-15'],
    ['15 mei 2024', '2024-05-15'],
    ['4 maj 2024', '2024-05-04'],
    ['11 listopada 2024', '2024-11-11'],
    ['11. července 2024', '2024-07-11'],
    ['29 Ekim 2024', '2024-10-29'],
    ['17 Agustus 2024', '2024-08-17'],
    ['Mar 3 2024', '2024-03-03'],
    ['2024年1月31日', '2024-01-31'],
    ['2024年01月31日 17:30', '2024-01-31T17:30Z'],
    ['2024년 1월 31일', '2024-01-31'],
    ['17:30', '1970-01-01T17:30Z'],
    ['12:05 am', '1970-01-01T00:05Z'],
  ])('%s', (text, iso) => {
    expect(dateOf(text, 'day')).toBeCloseTo(days(iso), 9);
  });

  test.each([
    ...['2024-02-30', '2024-13-01', '31.04.2024', '1/2', '2024', '20240131', '12', '1.5', 'may'],
    ...['25:00', '17:60', '13:00 pm', '2024-01-31x', 'Jan', '1.2.3.4', '-', '2024-00-10'],
    ...[
      '3 gatos 2024',
      '31 febrero 2024',
      'Saal 3 März',
      'room 5',
      '5 red 2024',
      '2024年13月1日',
      '1月31日',
    ],
  ])('%j is none', (text) => {
    expect(dateOf(text, 'day')).toBeUndefined();
  });

  test('numbers before the year are read in the order of the column', () => {
    expect(dateOf('03/04/2024', 'day')).toBe(days('2024-04-03'));
    expect(dateOf('03/04/2024', 'month')).toBe(days('2024-03-04'));
    expect(dateOf('13/04/2024', 'month')).toBeUndefined();
  });

  test.each<[string[], ReturnType<typeof orderOf>]>([
    [['03/04/2024', '13/04/2024'], { isNumeric: true, order: 'day', isContradictory: false }],
    [['03/04/2024', '04/13/2024'], { isNumeric: true, order: 'month', isContradictory: false }],
    [['03.04.2024'], { isNumeric: true, order: 'day', isContradictory: false }],
    [['03/04/2024'], { isNumeric: true, order: undefined, isContradictory: false }],
    [['13/04/2024', '04/13/2024'], { isNumeric: true, order: undefined, isContradictory: true }],
    [['2024-04-03'], { isNumeric: false, order: undefined, isContradictory: false }],
  ])('%j tell their order', (texts, evidence) => {
    expect(orderOf(texts)).toEqual(evidence);
  });

  test('digits alone are dates where the column is said to hold them', () => {
    expect(compactDateOf('20240131')).toBe(days('2024-01-31'));
    expect(compactDateOf('2024')).toBe(days('2024-01-01'));
    expect(compactDateOf('20241331')).toBeUndefined();
  });
});
