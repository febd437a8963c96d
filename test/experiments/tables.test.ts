import { describe, expect, test } from 'vitest';
import type { ResultRow } from '../../src/experiments/results/aggregate.ts';
import { aggregate } from '../../src/experiments/results/aggregate.ts';
import {
  csvTable,
  escapeLatex,
  jsonTable,
  latexTables,
  markdownTables,
  summaryFiles,
} from '../../src/experiments/results/table-files.ts';
import { resultTables } from '../../src/experiments/results/tables.ts';
import { doneRecord, failedRecord, overSeeds } from './made-records.ts';

const rows = aggregate([
  ...overSeeds([0.84, 0.82, 0.8], { loss: 'ce' }),
  ...overSeeds([0.9, 0.86, 0.85], { loss: 'gce:q=0.7' }),
  doneRecord({ loss: 'ce', noise: 'none', test: 0.955, memorised: 0.1 }),
  doneRecord({ loss: 'unhinged', test: 0.5 }),
  failedRecord({ loss: 'unhinged', seed: 2 }, true),
]);

describe('tables', () => {
  test('have losses down, noises across, and the best marked', () => {
    const [accuracy] = resultTables(rows);
    expect([accuracy?.data, accuracy?.model, accuracy?.heading]).toEqual([
      'digits',
      'mlp:8',
      ['loss', 'none', 'symmetric:0.4'],
    ]);
    expect(
      accuracy?.rows.map(({ label, cells }) => [label, ...cells.map(({ text }) => text)]),
    ).toEqual([
      ['ce', '95.5', '82.0 ± 2.0'],
      ['gce:q=0.7', '–', '87.0 ± 2.6'],
      ['unhinged', '–', '50.0 (1 of 2 diverged)'],
    ]);
    expect(accuracy?.rows.map(({ cells }) => cells.map(({ isBest }) => isBest))).toEqual([
      [false, false], // alone without noise
      [false, true],
      [false, false],
    ]);
  });

  test('show differences in points, and leave out what was not measured', () => {
    const tables = resultTables(rows);
    expect(tables.map(({ title }) => title)).toEqual([
      'Test accuracy, last epoch',
      'Memorised wrong labels',
      'Difference to ce, seed by seed',
      'Difference to the best baseline, seed by seed',
    ]);
    // 0.05 ± 4.3027·0.01/√3; unhinged has one seed, 0.50 − 0.84
    expect(tables[2]?.rows.map(({ cells }) => cells[1]?.text)).toEqual([
      '–',
      '+5.0 [+2.5, +7.5] *',
      '−34.0',
    ]);
  });

  test('a cell in which no run is left says why', () => {
    const lost = aggregate([
      failedRecord({ loss: 'unhinged', seed: 1 }, true),
      failedRecord({ loss: 'unhinged', seed: 2 }, false),
    ]);
    expect(resultTables(lost)[0]?.rows[0]?.cells[0]?.text).toBe('1 of 2 diverged, 1 of 2 failed');
  });
});

/** A row whose names are as bad as names can be. */
const bad: ResultRow = {
  ...(rows[0] as ResultRow),
  data: { source: '=a_b|c,"d"\n<script>', testShare: 0.2, validation: 0.1 },
  model: 'm&n',
  noise: 'column:50%_#1',
  label: '[x] & \\y^2 ~ {z} $1',
};

describe('Markdown', () => {
  test('has a heading, a note and a grid per table', () => {
    const text = markdownTables('My grid', rows);
    expect(text.split('\n').slice(0, 9)).toEqual([
      '# My grid',
      '',
      '## digits, mlp:8: Test accuracy, last epoch',
      '',
      'percent, mean ± standard deviation over seeds; the best mean is marked',
      '',
      '| loss | none | symmetric:0.4 |',
      '| --- | --- | --- |',
      '| `ce` | 95.5 | 82.0 ± 2.0 |',
    ]);
  });

  test('escapes names', () => {
    const text = markdownTables('a*b', [bad]);
    expect(text).toContain('# a\\*b');
    expect(text).toContain('## =a\\_b\\|c,"d" \\<script\\>, m&n');
    expect(text).toContain('| loss | column:50%\\_\\#1 |');
  });
});

describe('LaTeX', () => {
  test('escapes every special character', () => {
    expect(escapeLatex('#$%&_{}')).toBe('\\#\\$\\%\\&\\_\\{\\}');
    expect(escapeLatex('\\~^<>|')).toBe(
      '\\textbackslash{}\\textasciitilde{}\\textasciicircum{}\\textless{}\\textgreater{}\\textbar{}',
    );
    expect(escapeLatex('1 ± 2 [−3] –')).toBe('1 $\\pm$ 2 {[}$-$3{]} --');
  });

  test('is a booktabs table with the best in bold', () => {
    const [, table = ''] = latexTables(rows).split('\n\n');
    expect(table).toBe(
      [
        '\\begin{table}',
        '  \\centering',
        '  \\caption{digits, mlp:8: Test accuracy, last epoch (percent, mean $\\pm$ standard deviation over seeds; the best mean is marked).}',
        '  \\begin{tabular}{lcc}',
        '    \\toprule',
        '    loss & none & symmetric:0.4 \\\\',
        '    \\midrule',
        '    ce & 95.5 & 82.0 $\\pm$ 2.0 \\\\',
        '    gce:q=0.7 & -- & \\textbf{87.0 $\\pm$ 2.6} \\\\',
        '    unhinged & -- & 50.0 (1 of 2 diverged) \\\\',
        '    \\bottomrule',
        '  \\end{tabular}',
        '\\end{table}',
      ].join('\n'),
    );
  });

  test('escapes names', () => {
    const text = latexTables([bad]);
    expect(text).toContain('    loss & column:50\\%\\_\\#1 \\\\');
    expect(text).toContain(
      '    {[}x{]} \\& \\textbackslash{}y\\textasciicircum{}2 \\textasciitilde{} \\{z\\} \\$1 & ',
    );
  });
});

describe('CSV', () => {
  test('has a line per row, in full precision', () => {
    const [heading = '', ...lines] = csvTable(rows).trimEnd().split('\n');
    const names = heading.split(',');
    expect(lines).toHaveLength(rows.length);
    expect(names.slice(0, 3)).toEqual(['data', 'data_settings', 'model']);
    const gce = rows.findIndex(({ loss }) => loss.startsWith('gce'));
    const tail = (lines[gce] ?? '').split(',').slice(-15).map(Number);
    const own = ['ce_difference', 'ce_low', 'ce_high', 'ce_pairs', 'ce_p', 'ce_adjusted_p'];
    expect(names.slice(-13, -7)).toEqual(own);
    const { mean, interval = [], pValue, adjustedPValue } = rows[gce]?.againstCe ?? {};
    expect(tail.slice(2, 8)).toEqual([mean, ...interval, 3, pValue, adjustedPValue]);
  });

  test('quotes commas, quotes and line ends, and no spreadsheet runs a text', () => {
    expect(csvTable([bad]).split('\n').slice(1).join('\n')).toMatch(/^"'=a_b\|c,""d""\n<script>",/);
  });
});

test('JSON holds the rows', () => {
  const { format, version, title, rows: read } = JSON.parse(jsonTable('t', rows));
  expect([format, version, title]).toEqual(['symloss-summary', 1, 't']);
  const summaries = rows.map(({ records: _, ...row }) => row);
  expect(read).toEqual(JSON.parse(JSON.stringify(summaries)));
});

test('a summary is four files', () => {
  const files = summaryFiles('t', rows);
  expect(Object.keys(files)).toEqual(['summary.md', 'summary.tex', 'summary.csv', 'summary.json']);
  expect(files['summary.csv']).toBe(csvTable(rows));
});

test('no runs make empty tables', () => {
  expect(resultTables([])).toEqual([]);
  expect(csvTable([]).split('\n')).toHaveLength(2);
  expect(markdownTables('none', [])).toBe('# none\n');
});
