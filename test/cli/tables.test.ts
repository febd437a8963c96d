import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Comparison } from '../../src/cli/ui/evaluation.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { folders, readJson, scatter, symloss, writeLines } from './run.ts';

const cwd = folders('tables')();
const jobs = ['nurse', 'cook', '"clerk, senior"'];

/** Rows of a table with all kinds of columns: the label follows from the job and a word. */
function row(i: number): string[] {
  const job = jobs[i % 3] as string;
  const note = i % 4 === 0 ? `likes it very much, number ${i}` : `no words of praise here ${i}`;
  const label = i % 4 === 0 || i % 3 === 0 ? 'yes' : 'no';
  const age = i % 7 === 0 ? '' : String(20 + (i % 40));
  return [
    `p-${1000 + i}`,
    job,
    `"${note}"`,
    age,
    `2024-01-${String(1 + (i % 28)).padStart(2, '0')}`,
    label,
  ];
}

const columns = ['person', 'job', 'note', 'age', 'day', 'label'];
const all = Array.from({ length: 150 }, (_, i) => row(i));

beforeAll(async () => {
  writeLines(cwd, 'people.csv', [columns.join(), ...all.map((cells) => cells.join())]);
  const args = [
    'people.csv',
    '--label',
    'label',
    '--id',
    'person',
    '--loss',
    'ce',
    '--loss',
    'sgce:q=0.7',
    '--epochs',
    '30',
  ];
  const { code, stdout, stderr } = await symloss(['train', ...args, '--out', 'model'], cwd);
  if (code !== 0) throw new Error(stderr);
  expect(stdout).toContain(
    'columns: 1 numeric ("age"), 1 categorical ("job": 3 values), 1 text ("note"), 1 date ("day")\n',
  );
});

describe('a mixed table on the command line', () => {
  test('is learnt, and its model says which columns it takes', () => {
    interface Card {
      inputs: { name: string; type: string }[];
      labelColumn: string;
      idColumns: string[];
    }
    const { inputs, labelColumn, idColumns } = readJson<Card>(cwd, 'model', 'model.json');
    expect(inputs.map(({ name, type }) => [name, type])).toEqual([
      ['job', 'string'],
      ['note', 'string'],
      ['age', 'float32'],
      ['day', 'float32'],
    ]);
    expect([labelColumn, idColumns]).toEqual(['label', ['person']]);
  });

  test('predict passes ids through, and compares with the labels that are there', async () => {
    const order = [5, 3, 1, 4, 0, 2];
    const turned = [columns, ...all].map((cells) => order.map((j) => cells[j]).join());
    writeLines(cwd, 'turned.csv', turned);
    const { code, stdout, stderr } = await symloss(['predict', 'model', 'turned.csv'], cwd);
    expect(code).toBe(0);
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toBe('row,person,label,probability');
    expect(lines.map((line) => line.split(',')[1])).toEqual(all.map(([person]) => person));
    const right = lines.filter((line, i) => line.split(',')[2] === all[i]?.[5]).length;
    expect(right / all.length).toBeGreaterThan(0.9);
    expect(stderr).toContain(
      `150 rows have a label: accuracy ${((100 * right) / 150).toFixed(1)} %, balanced accuracy `,
    );
  });

  test('predict takes new values and gaps, and names a column that is not there', async () => {
    writeLines(cwd, 'new.csv', ['day,note,job,age,person', ',,pilot,,x', '2031-05-01,never,,99,y']);
    const found = await symloss(['predict', 'model', 'new.csv', '--out', 'out.csv'], cwd);
    expect([found.code, found.stderr.split('\n').at(-2)]).toEqual([0, '2 predictions: out.csv']);
    writeLines(cwd, 'nameless.csv', ['day,note,job,age', ',,pilot,']); // the id need not be there
    const nameless = await symloss(['predict', 'model', 'nameless.csv'], cwd);
    expect([nameless.code, nameless.stdout.split('\n')[0]]).toEqual([0, 'row,label,probability']);
    writeLines(cwd, 'less.csv', ['day,note,jobb,age,person', '2031-05-01,never,x,99,y']);
    const wrong = await symloss(['predict', 'model', 'less.csv'], cwd);
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toMatch(
      /expected the column "job" of the model, received .*; is "jobb" "job"\?/,
    );
  });

  test('core writes what takes numbers only, and predict takes it as the whole model', async () => {
    interface Card {
      inputs: {
        name: string;
        encoding?: { values?: string[]; terms?: number[][]; characters?: { terms: number[][] } };
      }[];
    }
    const made = await symloss(['core', 'model'], cwd);
    const [job, note] = readJson<Card>(cwd, 'model', 'core', 'model.json').inputs;
    expect(job?.encoding?.values?.toSorted()).toEqual(['clerk, senior', 'cook', 'nurse']);
    const terms = note?.encoding?.terms?.length as number;
    const characters = note?.encoding?.characters?.terms.length as number;
    const shape = `[n, ${terms + characters}]`;
    const counted = `${terms} terms and ${characters} character n-grams`;
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout.split('\n')).toEqual([
      'input  shape     takes',
      'job    [n]       number of the category, 0 to 2; 3 for any other text',
      `note   ${shape.padEnd(8)}  how often each of ${counted} occurs`,
      'age    [n]       as in the model',
      'day    [n]       as in the model',
      '',
      `numeric core: ${join('model', 'core', 'model.onnx')}`,
      `how texts become numbers: inputs in ${join('model', 'core', 'model.json')}`,
      '',
    ]);
    const [whole, core] = await Promise.all(
      ['model', join('model', 'core')].map((name) => symloss(['predict', name, 'people.csv'], cwd)),
    );
    const cells = (result = whole) => result!.stdout.split('\n').map((line) => line.split(','));
    expect(cells(core).map(([, , label]) => label)).toEqual(
      cells(whole).map(([, , label]) => label),
    );
    const probabilities = (result = whole) =>
      cells(result)
        .slice(1, -1)
        .map((row) => Number(row[3]));
    const [found, expected] = [probabilities(core), probabilities(whole)];
    expect(firstDifference(found, expected, tolerances.float32Steps)).toBe(-1);
  });

  test('core replaces an earlier one only with --overwrite, and never its model', async () => {
    const args = ['core', 'model', '--out', 'numbers'];
    expect((await symloss(args, cwd)).code).toBe(0);
    const again = await symloss(args, cwd);
    expect([again.code, again.stderr]).toEqual([
      2,
      `symloss: ${join('numbers', 'model.onnx')}: expected no such file yet, received an earlier one; choose another with --out, or add --overwrite\n`,
    ]);
    expect((await symloss([...args, '--overwrite'], cwd)).code).toBe(0);
    const over = await symloss(['core', 'model', '--out', 'model', '--overwrite'], cwd);
    expect([over.code, over.stderr]).toEqual([
      2,
      `symloss: option --out: expected another file than "${join('model', 'model.onnx')}", which is read, received "${join('model', 'model.onnx')}"\n`,
    ]);
    const numbers = await symloss(['core', 'numbers', '--out', 'more'], cwd);
    expect([numbers.code, numbers.stderr]).toEqual([
      2,
      'symloss: model: expected one that takes categories or texts, received one of numbers only; its model.onnx has standard operators for numbers only, as it is\n',
    ]);
  });

  test('the same rows from standard input, as JSON lines, and back to the same predictions', async () => {
    const plain = (cell = '') => cell.replaceAll('"', '');
    const lines = all.slice(0, 5).map((cells) => {
      const [person, job, note, age, day] = cells.map(plain);
      return JSON.stringify({ note, person, age: age === '' ? null : Number(age), job, day });
    });
    writeLines(cwd, 'some.jsonl', lines);
    writeLines(cwd, 'some.csv', [columns.join(), ...all.slice(0, 5).map((cells) => cells.join())]);
    const [json, csv] = await Promise.all(
      ['some.jsonl', 'some.csv'].map((name) => symloss(['predict', 'model', join(cwd, name)], cwd)),
    );
    expect(json?.stdout).toBe(csv?.stdout);
  });
});

test('columns called as what every object has are learnt, and predict takes them', async () => {
  const columnNames = ['constructor', '__proto__', 'toString', 'label'];
  const lines = Array.from({ length: 90 }, (_, i) => {
    const kind = 'abc'[i % 3] as string;
    return [`${(i % 3) + scatter(i)}`, `${kind}${kind}`, 'xy'[i % 2], kind].join();
  });
  writeLines(cwd, 'names.csv', [columnNames.join(), ...lines]);
  const args = ['names.csv', '--label', 'label', '--loss', 'ce', '--epochs', '30'];
  const trained = await symloss(['train', ...args, '--out', 'names'], cwd);
  expect([trained.code, trained.stderr]).toEqual([0, expect.not.stringContaining('symloss:')]);
  const { inputs } = readJson<{ inputs: { name: string; columns: string[] }[] }>(
    ...[cwd, 'names', 'model.json'],
  );
  expect(inputs.map(({ name, columns: own }) => [name, own])).toEqual([
    ['constructor', ['constructor']],
    ['__proto___', ['__proto__']],
    ['toString', ['toString']],
  ]);
  const { code, stdout, stderr } = await symloss(['predict', 'names', 'names.csv'], cwd);
  expect([code, stderr]).toEqual([0, expect.stringContaining('accuracy 100.0 %')]);
  expect(stdout.trim().split('\n').length).toBe(91);
});

test('predictions beside labels: classes that are not known, 1.0 for 1, and few classes in a table', () => {
  const indices = Int32Array.of(0, 1, 0, 0);
  const labels = ['1.0', '2', '2', '7', ''];
  const comparison = new Comparison(['1', '2']);
  comparison.add({ indices: indices.subarray(0, 1) }, labels.slice(0, 1));
  comparison.add({ indices: indices.subarray(1) }, labels.slice(1, 4));
  expect(comparison.lines()).toEqual([
    'labels of classes that the model does not know: 1',
    '3 rows have a label: accuracy 66.7 %, balanced accuracy 75.0 %; the largest class has 66.7 %',
    '',
    'label, predicted as  1  2\n1                    1  0\n2                    1  1',
  ]);
  const without = new Comparison(['1', '2']);
  without.add({ indices }, ['', '', '', '']);
  expect(without.lines()).toEqual([]);
});
