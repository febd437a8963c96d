import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvFile } from '../../src/data/formats/csv/file.ts';
import { noNumber, numberAt } from '../../src/data/formats/csv/plain-number.ts';
import { scan } from '../../src/data/formats/csv/scan.ts';
import { testFolder } from './files.ts';
import { slowRows } from './slow-csv.ts';

const folder = testFolder('csv-scan');
/** More by hand: `SYMLOSS_CSV_CASES=100000 npx vitest run test/data/csv-scan.test.ts`. */
const cases = Number(process.env['SYMLOSS_CSV_CASES'] ?? 2000);

/** Records as texts, as far as the scan goes. */
function scanned(content: string | Buffer, isLast = true) {
  const dialect = { delimiter: ',', skipEmptyLines: true };
  const { bytes, starts, ends, rows, fault, used } = scan(Buffer.from(content), dialect, {
    isLast,
  });
  const texts = rows.map((end, i) =>
    Array.from({ length: end - (rows[i - 1] ?? 0) }, (_, j) => {
      const cell = (rows[i - 1] ?? 0) + j;
      const [from, to] = [starts[cell] as number, ends[cell] as number];
      return to >= 0
        ? bytes.toString('utf8', from, to)
        : bytes.toString('utf8', from, -1 - to).replaceAll('""', '"');
    }),
  );
  return { texts, fault, rest: bytes.subarray(used) };
}

/** Texts of the characters that matter. */
const anyText = fc
  .array(
    fc.constantFrom(...['"', '"', ',', ',', '\n', '\r', '\r\n', ' ', '\t', 'a', '1', 'é', '😀']),
    {
      maxLength: 24,
    },
  )
  .map((parts) => parts.join(''));

describe('the scanner', () => {
  it(`reads any text as the second reader does, or says what is wrong: ${cases} texts`, () => {
    let faults = 0;
    const property = fc.property(anyText, (text) => {
      const { texts, fault } = scanned(text);
      if (fault !== undefined) faults++;
      const expected = slowRows(text);
      expect(texts).toEqual(fault === undefined ? expected : expected.slice(0, texts.length));
      expect([undefined, '"']).toContain(fault && text.replace(/[^"]/g, '').slice(0, 1));
    });
    fc.assert(property, { numRuns: cases, seed: 5 });
    expect(faults).toBeLessThan(cases * 0.7);
    expect(faults).toBeGreaterThan(0);
  });

  it('finds the same wherever a text is cut', () => {
    const property = fc.property(anyText, fc.nat(24), (text, at) => {
      const bytes = Buffer.from(text);
      const start = scanned(bytes.subarray(0, at), false);
      const end = scanned(Buffer.concat([start.rest, bytes.subarray(at)]));
      const whole = scanned(text);
      expect([...start.texts, ...end.texts]).toEqual(whole.texts);
      expect(end.fault).toBe(whole.fault);
    });
    fc.assert(property, { numRuns: cases, seed: 6 });
  });
});

describe('plain numbers', () => {
  const parse = (text: string) => {
    const bytes = Buffer.from(` ${text}`);
    return numberAt(bytes, 1, bytes.length);
  };

  it('are read to the last bit', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,19})\.\d{1,30}$/);
    const property = fc.property(digits, (text) => {
      expect(parse(text)).toBe(Number(text));
    });
    fc.assert(property, { numRuns: cases, seed: 7 });
    const written = fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const found = parse(String(value));
      expect([value, noNumber]).toContain(found); // with an exponent it is none
    });
    fc.assert(written, { numRuns: cases, seed: 8 });
  });

  it.each<[string, number]>([
    ['', Number.NaN],
    ['0', 0],
    ['-0', -0],
    ['-12.50', -12.5],
    ['0.1', 0.1],
    ['9007199254740991', 9007199254740991],
    ['0.30000000000000004', 0.30000000000000004],
  ])('%j', (text, value) => expect(parse(text)).toBe(value));

  it.each([
    ...[
      '-',
      '.',
      '.5',
      '5.',
      '+1',
      '007',
      '-01',
      '00',
      '1e5',
      '1,5',
      '1 ',
      '0x10',
      'Infinity',
      'NaN',
    ],
    ...['9007199254740993', '123456789012345678901', '1.2.3', '--1', '1-', '१'],
  ])('%j is none', (text) => expect(parse(text)).toBe(noNumber));
});

describe('columns of numbers', () => {
  it('are those of whose cells each is a plain number or empty', async () => {
    const path = folder.save('x.csv', 'a,b,c,d\n1, "2.5" ,x,\n-0.5,,3,\n7,1e5,"a""b",\n');
    const file = await CsvFile.open(path);
    for await (const chunk of file.chunks()) {
      const numbers = [0, 1, 2, 3].map((column) => chunk.numbers?.(column)?.slice());
      expect(numbers).toEqual([
        Float64Array.of(1, -0.5, 7),
        undefined,
        undefined,
        Float64Array.of(Number.NaN, Number.NaN, Number.NaN),
      ]);
      expect(chunk.cells(1).values).toEqual(['2.5', '', '1e5']);
      expect(chunk.cells(2).values).toEqual(['x', '3', 'a"b']);
    }
  });
});
