import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { auditLines } from '../../src/cli/ui/audit-report.ts';
import type { Dataset } from '../../src/data/index.ts';
import { float32Text, fromArrays, squareShape } from '../../src/data/index.ts';
import { percent } from '../../src/experiments/results/number-texts.ts';
import type { AuditReport } from '../../src/report/index.ts';
import { renderAuditReport } from '../../src/report/index.ts';
import type { DatasetAudit } from '../../src/run/index.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { given, images, nastyReport, reportOf, reviews, truth, wrongRows } from './audits.ts';

const table = (n: number, k = 3, more: Partial<Dataset> = {}): Dataset => ({
  ...fromArrays({
    features: Array.from({ length: n }, (_, i) => [i, i / 10]),
    columns: ['x', 'y'],
    labels: given(n, k),
  }),
  ...more,
});

const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .trim();

/** What lies between two pieces of a page. */
const between = (page: string, start: string, end: string) =>
  page.slice(page.indexOf(start), page.indexOf(end, page.indexOf(start)));

const cardsOf = (page: string) => page.split('<li class="card"').slice(1);

describe('suspects', () => {
  test('come by their probability, with content, labels and reason', async () => {
    const report = await reportOf(table(60), truth(60));
    const page = await renderAuditReport(report);
    const cards = cardsOf(page);
    // earlier rows are surer
    expect(cards.slice(0, 3).map((card) => /<h3>(.*?)<\/h3>/.exec(card)?.[1])).toEqual(
      wrongRows.map((row) => `row ${row + 1}`),
    );
    const { pWrong, wrongShareInterval, precisionInterval } = report.audit;
    for (const [low, high] of [wrongShareInterval, precisionInterval!]) {
      expect(page).toContain(`95 % interval ${percent(low)} % to ${percent(high)} %`);
    }
    const first = textOf(cards[0] as string);
    expect(first).toContain('given 1 → suggested 0');
    expect(first).toContain(`probably wrong: ${percent(pWrong[3] as number)} %`);
    expect(first).toContain('reason of row 3');
    expect(cards[0]).toContain('<dt>y</dt><dd><span>0.3</span></dd>');
    expect(cards).toHaveLength(20); // some below the list
    expect(cards[2]).not.toContain('below the list');
    expect(cards[3]).toContain('below the list');
    expect(page).not.toContain('true label');
  });

  test('tell the true label where it is known, and measure the curve', async () => {
    const trueLabels = Int32Array.from(truth(60));
    const page = await renderAuditReport(
      await reportOf(table(60, 3, { trueLabels }), truth(60), { against: 'the column truth' }),
    );
    const [first, , , fourth] = cardsOf(page);
    expect(first).toContain('true label: 0');
    expect(fourth).toContain('true label: as given');
    expect(page).toContain(
      '<li>Measured against the column truth: 3 labels are wrong; precision 100.0 %, recall 100.0 % of the list; average precision 100.0 % of the ranking.</li>',
    );
    const data = JSON.parse(between(page, '{"list"', '</script>')) as {
      list: number;
      curve: { length: number; precision: number; recall: number }[];
    };
    expect(data.list).toBe(3);
    expect(data.curve.slice(0, 4).map(({ precision }) => precision)).toEqual([1, 1, 1, 3 / 4]);
    expect(data.curve[1]?.recall).toBe(2 / 3);
  });

  test('mark words of texts that speak for the suggestion, shorten long ones and keep the whole', async () => {
    const said = Array.from({ length: 60 }, (_, i) => i % 2);
    const page = await renderAuditReport(await reportOf(reviews(), said));
    const [first, second] = cardsOf(page);
    expect(first).toContain('<p class="text">The tea is <mark>LOVELY</mark>, number 0.</p>');
    expect(second).toContain('The tea is <mark>awful</mark>, number 1. long long');
    expect(second).toContain('…</p><details><summary>The whole text (531 characters)</summary>');
    expect(second?.match(/long/g)).toHaveLength(50 + 100);
    expect(second).toContain('long end</p></details>');
  });

  test('mark numbers and categories that speak for the suggestion, and no others', async () => {
    const features = truth(60).map((c, i) => [c + 1.5, c, i % 7, i === 3 ? NaN : 1]);
    const columns = ['size', 'color', 'day', 'gap'];
    const kinds = ['numeric', 'categorical', 'numeric', 'numeric'] as const;
    const texts = [undefined, ['red', 'green', '<blue>'], undefined, undefined];
    const data = { ...fromArrays({ features, columns, labels: given(60) }), kinds, texts };
    const page = await renderAuditReport(await reportOf(data, truth(60)));
    const [first, second] = cardsOf(page); // rows 4 and 11, of classes 0 and 1
    const values = (card = '') =>
      [...card.matchAll(/<dt>(.*?)<\/dt><dd><span.*?>(.*?)<\/span>/g)].map(([, ...cell]) => cell);
    expect(values(first)).toEqual([
      ['size', '<mark>1.5</mark>'],
      ['color', '<mark>red</mark>'],
      ['day', '3'],
      ['gap', 'missing'], // of no other row: that says nothing
    ]);
    expect(values(second).slice(1, 3)).toEqual([
      ['color', '<mark>green</mark>'],
      ['day', '3'],
    ]);
    expect(page).toContain('Marked are the values that speak most for the suggested class');
  });

  test('are pictures where rows are images', async () => {
    const data = images();
    const page = await renderAuditReport(await reportOf(data, truth(30)));
    const [, source = ''] =
      /<img class="picture" src="data:image\/png;base64,([^"]*)"/.exec(page) ?? [];
    const { data: pixels, info } = await sharp(Buffer.from(source, 'base64'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([4, 3, 3]);
    const own = (data.features as Uint8Array).subarray(3 * 36, 4 * 36); // [c, h, w] of row 3
    const wanted = Array.from({ length: 12 }, (_, i) => [own[i], own[12 + i], own[24 + i]]).flat();
    expect([...pixels]).toEqual(wanted);
    expect(page).toContain('alt="Image of row 4, 4 × 3 pixels"');
  });

  test('of images as numbers are drawn from the least to the largest value', async () => {
    const n = 30;
    const features = Float32Array.from({ length: n * 4 }, (_, i) =>
      i === 12 ? -2 : i === 13 ? 2 : 0,
    );
    const data = fromArrays({ features, featureShape: [1, 2, 2], labels: given(n) });
    const page = await renderAuditReport(await reportOf(data, truth(n)));
    const [, source = ''] = /src="data:image\/png;base64,([^"]*)"/.exec(page) ?? [];
    const pixels = await sharp(Buffer.from(source, 'base64')).extractChannel(0).raw().toBuffer();
    expect([...pixels].slice(0, 4)).toEqual([0, 255, 128, 128]); // row 3: −2, 2, 0, 0
  });
});

describe('how labels go wrong', () => {
  test('is a map with the numbers of the estimate', async () => {
    const report = await reportOf(table(60), truth(60));
    const page = await renderAuditReport(report);
    const map = between(page, '<table class="map">', '</table>');
    const rows = map.split('<tr>').slice(2);
    for (const [i, row] of rows.entries()) {
      const cells = [...row.matchAll(/<td class="number (?:heat|right)"[^>]*>([^<]*)<\/td>/g)];
      expect(cells.map(([, text]) => text)).toEqual(report.audit.transition[i]?.map(percent));
    }
    expect(rows).toHaveLength(3);
    const off = report.audit.transition.flatMap((own, i) => own.toSpliced(i, 1));
    const heats = off.map((rate) => Math.round((100 * rate) / Math.max(...off)));
    expect([...map.matchAll(/--heat: (\d+)%/g)].map(([, heat]) => Number(heat))).toEqual(heats);
  });

  /** The page with the noise of 40 classes that takes `rate` of the first class for the second, and `rest` for any other. */
  async function withNoise(rate: number, rest: number, more: Partial<DatasetAudit> = {}) {
    const [n, k] = [400, 40];
    const report = await reportOf(table(n, k), truth(n, k));
    const transition = Array.from({ length: k }, (_, i) =>
      Array.from({ length: k }, (__, j) => (i === j ? 1 : i === 0 && j === 1 ? rate : rest)),
    );
    const { noiseRate: _, ...audit } = report.audit;
    const page = await renderAuditReport({ ...report, audit: { ...audit, transition, ...more } });
    return between(page, '<h2 id="noise">', '</section>');
  }

  test('is a table of the largest confusions where there are many classes, without those of no row', async () => {
    const section = await withNoise(0.2, 0.01); // about 10 rows of each class
    expect(section).not.toContain('<table class="map">');
    expect(section).toContain('The most frequent of 1,560 confusions between 40 classes');
    expect(section.split('<tr>').slice(2).map(textOf)).toEqual(['0120.02']);
    expect(textOf(await withNoise(0.01, 0.01))).toContain(
      'None of the 1,560 confusions between 40 classes is of half a row or more (estimated).',
    );
  });

  test('is one rate where no more is known, and no single pair', async () => {
    const section = await withNoise(0.2, 0.01, { noiseRate: 0.156 });
    expect(section).not.toContain('<table');
    expect(textOf(section)).toContain(
      'The noise was estimated as one rate for all classes, 15.6 %: a rate for each pair of classes takes more rows, or fewer classes. ',
    );
    const few = await reportOf(table(60), truth(60));
    const page = await renderAuditReport({ ...few, audit: { ...few.audit, noiseRate: 0.1 } });
    expect(page).not.toContain('<table class="map">');
  });
});

describe('classes', () => {
  test('have the share of their labels that are wrong, as the whole has', async () => {
    const report = await reportOf(table(60), truth(60));
    const { pWrong, labels, classWrongShares, wrongShare } = report.audit;
    const counts = [0, 1, 2].map((c) => labels.filter((label) => label === c).length);
    const means = counts.map(
      (count, c) => pWrong.reduce((sum, p, row) => sum + (labels[row] === c ? p : 0), 0) / count,
    );
    for (const [c, mean] of means.entries()) {
      expect(isClose(classWrongShares[c] as number, mean, tolerances.float64)).toBe(true);
    }
    const whole = means.reduce((sum, mean, c) => sum + (mean * (counts[c] as number)) / 60, 0);
    expect(isClose(wrongShare, whole, tolerances.float64)).toBe(true);
    const page = await renderAuditReport(report);
    const section = between(page, '<h2 id="classes">', '</table>');
    const rows = section.split('<tr>').slice(2);
    const last = rows.map((row) => [...row.matchAll(/<td[^>]*>([^<]*)</g)].at(-1)?.[1]);
    expect(last).toEqual(means.map(percent));
  });
});

describe('health', () => {
  const linesOf = async (report: AuditReport) => {
    const page = await renderAuditReport(report);
    const section = between(page, '<h2 id="health">', '</section>');
    return section.split('<li>').slice(1).map(textOf).map(unescaped);
  };
  const unescaped = (text: string) => text.split('\n')[0]?.replaceAll('&quot;', '"');

  test('says all that the terminal says of the estimate', async () => {
    const report = await reportOf(table(60), truth(60));
    const confident = { ...report.audit.confident, notices: ['class "a" has few rows'] };
    const more = { doubt: 0.29, noiseRate: 0.11, givenUp: ['a', 'b'], confident };
    const audit = { ...report.audit, ...more };
    const lines = await linesOf({ ...report, audit });
    const listed = { audit, data: report.data, model: 'it says' };
    const [, ...rest] = auditLines(listed, { basis: report.basis });
    const printed = rest.slice(0, rest.indexOf(''));
    const capital = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}.`;
    expect(lines.slice(1)).toEqual(printed.map(capital));
    expect(lines).toContain(
      'Note: many rows are hard to classify (the most probable class is expected to be wrong for 29.0 % of them), and a hard row looks like one with a wrong label: fewer of the suspects may be wrong than stated, in our measurements often by 10 to 30 points.',
    );
    expect(lines).toHaveLength(6);
  });

  test('says with which precision there would be a list', async () => {
    const report = await reportOf(table(60), truth(60));
    const suspects = { rows: new Uint32Array(0), expectedPrecision: Number.NaN };
    const pWrong = new Float64Array(60).fill(0.01);
    pWrong.set([0.7, 0.55], 5);
    const audit = { ...report.audit, suspects, pWrong, doubt: 0.3 };
    const lines = await linesOf({ ...report, audit });
    expect(lines).toContain(
      'No label is suspect enough for the list; --precision 0.62 lists 2 rows.',
    );
    expect(lines.some((line) => line?.endsWith('so wrong labels among them cannot be told.'))).toBe(
      true,
    );
    const none = { ...audit, pWrong: new Float64Array(60), doubt: 0 };
    expect(await linesOf({ ...report, audit: none })).toContain(
      'No label is suspect enough for the list.',
    );
  });

  test('counts one suspect, and one wrong label, as one', async () => {
    const report = await reportOf(table(60), truth(60));
    const suspects = { rows: Uint32Array.of(3), expectedPrecision: 0.84 };
    const measured = { wrong: 1, precision: 1, recall: 1, averagePrecision: 1 };
    const { precisionInterval: _, ...audit } = report.audit;
    const lines = await linesOf({ ...report, audit: { ...audit, suspects, measured } });
    expect(lines.slice(-2)).toEqual([
      '1 suspect, which is wrong with a probability of 84.0 %: an estimate, too.',
      'Measured against the true labels: 1 label is wrong; precision 100.0 %, recall 100.0 % of the list; average precision 100.0 % of the ranking.',
    ]);
  });
});

describe('findings', () => {
  test('list rows that are the same, and those of the test part', async () => {
    const features = Array.from({ length: 60 }, (_, i) => [[59, 58].includes(i) ? 1 : i]);
    const data = fromArrays({ features, labels: truth(60), columns: ['x'] });
    const other = fromArrays({
      features: [[7], [100]],
      labels: ['0', '1'],
      classes: ['0', '1', '2'],
    });
    const page = await renderAuditReport(await reportOf(data, truth(60), { test: other }));
    const section = between(page, 'id="same"', '</section>');
    const [first, second] = section.split('<tr>').slice(2).map(textOf);
    expect(first).toContain('2; 59; 602 × 1, 1 × 2'); // rows 1, 58, 59 with labels 1, 1, 2
    expect(second).toContain('81 × 11'); // row 7 of label 1, row 0 of the test part
    expect(textOf(section)).toContain('3 rows in 1 group are the same in all that the model sees.');
    expect(textOf(section)).toContain('at least 1 label is wrong');
    expect(textOf(section)).toContain('1 row is in the test part, too (1 row there)');
  });

  test('ask about classes that nothing tells apart', async () => {
    const n = 60;
    const data = table(n);
    const half = await reportOf(data, truth(n));
    const calibrated = Float64Array.from({ length: 3 * n }, (_, i) => (i % 3 === 2 ? 0.2 : 0.4));
    const overlaps = [{ classes: [0, 1], rows: 50, share: 50 / n }] as const; // by confident learning
    const findings = {
      ...half.findings,
      ambiguousPairs: [{ ...overlaps[0], confusion: 0.5 }],
    };
    const page = await renderAuditReport({
      ...half,
      audit: { ...half.audit, calibrated },
      findings,
    });
    expect(page).toContain('Merge or redefine these? “0” and “1”.');
    // of the suspects, row 3 is labelled 1 and may be 0; rows 10 and 17 are of other pairs
    expect(textOf(between(page, '0 – 1', '</tr>'))).toBe('0 – 150.01');
  });
});

describe('rows nearly the same, and unlike all others', () => {
  test('are shown with their labels and distances', async () => {
    const report = await reportOf(table(60), truth(60));
    const far = { rows: Uint32Array.of(7), scores: new Float64Array(60).fill(12.34), fence: 3 };
    const near = [{ rows: [4, 5] as const, distance: 0.05 }];
    const findings = { ...report.findings, distances: { far, nearConflicts: near } };
    const page = await renderAuditReport({ ...report, findings });
    const section = between(page, '<h2 id="distances">', '</section>');
    const text = textOf(section).replace(/\s+/g, ' ');
    expect(text).toContain('5; 61; 20.050');
    expect(text).toMatch(/more than 3\.0 times as far .*8112\.3/);
    expect(await renderAuditReport(report)).not.toContain('id="distances"');
  });

  test('are escaped', async () => {
    const report = await nastyReport();
    const far = { rows: Uint32Array.of(7), scores: new Float64Array(60).fill(5), fence: 3 };
    const nearConflicts = [{ rows: [4, 5] as const, distance: 0.05 }];
    const findings = { ...report.findings, distances: { far, nearConflicts } };
    const section = between(
      await renderAuditReport({ ...report, findings }),
      '<h2 id="distances">',
      '</section>',
    );
    expect(section).toContain('&lt;img src=x onerror=&quot;alert(2)&quot;&gt;');
    expect(section).not.toMatch(/<script>|<img/);
  });
});

describe('the page', () => {
  test('is one file that names no address to fetch', async () => {
    const page = await renderAuditReport(await reportOf(images(), truth(30)));
    expect(page).toContain('<title>Audit of data.csv</title>');
    expect(page).not.toMatch(/<(?:script|img|iframe|link)[^>]*\s(?:src|href)="(?!data:)/);
    expect(page).not.toMatch(/<a [^>]*href="(?!#)/);
    expect(page).not.toMatch(/@import|url\((?!#)/);
  });

  test('escapes names, texts and ids, wherever they stand', async () => {
    const page = await renderAuditReport(await nastyReport());
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain('&lt;img src=x onerror=&quot;alert(2)&quot;&gt;');
    expect(page).toContain('<dt>__proto__</dt>');
    expect(textOf(page)).toContain('=cmd()');
  });

  test('is the same for the same audit', async () => {
    const report = await reportOf(reviews(), truth(60, 2));
    expect(await renderAuditReport(report)).toBe(await renderAuditReport(report));
  });
});

test.each([
  [0.1, '0.1'],
  [0.916700006, '0.9167'],
  [16_777_216, '16777216'],
  [-1.5e-7, '-1.5e-7'],
  [0, '0'],
])('%d is written %s', (value, text) => {
  expect(float32Text(Math.fround(value))).toBe(text);
});

test.each([
  [16, 'p', 0, [1, 4, 4]],
  [784, 'pixel', 1, [1, 28, 28]],
  [15, 'p', 0, undefined],
  [9, 'p', 0, undefined],
  [16, 'x', 0, undefined],
])('%d columns called %s%d … are a picture of %j', (d, start, from, shape) => {
  const columns = Array.from({ length: d }, (_, i) => `${start}${from + i}`);
  expect(squareShape({ columns })).toEqual(shape);
  expect(squareShape({ columns: columns.toReversed() })).toBeUndefined();
});
