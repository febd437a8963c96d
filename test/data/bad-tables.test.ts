import { describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { stratifiedSplit } from '../../src/data/index.ts';
import { digits, readCsv, train } from '../../src/index.ts';
import { csvFiles } from './csv-files.ts';

const { save, read, fault } = csvFiles();

describe('classes', () => {
  test('called as properties of objects are, are names like others', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${i % 9},${names[(i * 7) % 4]},${names[i % 4]}`,
    );
    const data = await read(`x,__proto__,y\n${rows.join('\n')}\n`);
    expect(data.classes).toEqual([...names].sort());
    expect(data.columns).toEqual(['x', '__proto__']);
    expect(data.texts?.[1]).toEqual([names[0], names[3], names[2], names[1]]);
    expect(data.labels[0]).toBe(0);
    const without = await read(`x,__proto__,y\n${rows.join('\n')}\n`, {
      columns: JSON.parse('{"__proto__": "ignore"}'),
    });
    expect(without.columns).toEqual(['x']);
  });

  test('may be a thousand, of two rows or one', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => `${i % 7},c${i % 1000},${(i * i) % 31}`);
    const data = await read(`x,y,z\n${rows.join('\n')}\nnone,single,4\n`.replace('none', '3'));
    expect(data.classes).toHaveLength(1001);
    const { rest, part } = stratifiedSplit(data.labels, 1001, 0.2, stream(1, 'split'));
    expect(part.length).toBe(500);
    expect(new Set(Array.from(rest, (row) => data.labels[row])).size).toBe(1001);
  });

  test('of one row stay in the part that is trained on', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${i % 7},${i === 40 ? 'rare' : i % 2}`);
    const data = await read(`x,y\n${rows.join('\n')}\n`);
    for (let seed = 0; seed < 20; seed++) {
      const { rest } = stratifiedSplit(data.labels, 3, 0.2, stream(seed, 'split'));
      expect(rest).toContain(40);
    }
  });
});

describe('columns', () => {
  test('of texts that are all empty are left out', async () => {
    const data = await read('x,note,y\n1," ",u\n2,"",v\n3,,v\n');
    expect(data.columns).toEqual(['x']);
    expect(data.notices[1]).toBe('left out as empty: "note"');
  });

  test('of long texts full of digits and signs take time in proportion', async () => {
    const cell = (i: number) => `${'1 ,.%$ '.repeat(20_000)}${i}`;
    const rows = Array.from({ length: 60 }, (_, i) => `"${cell(i)}",${i % 2}`);
    const data = await read(`note,y\n${rows.join('\n')}\n`);
    expect(data.kinds).toEqual(['text']);
    expect(data.texts?.[0]).toHaveLength(60);
  }, 10_000);

  test('100,000 of several kinds take time and lines in proportion', async () => {
    const d = 100_000;
    const cells = ['1.5', 'red', '', '7', '2024-01-31'];
    const others = ['2.5', 'blue', '', '9', '2024-02-28'];
    const row = (own: string[], y: string) =>
      `${Array.from({ length: d }, (_, j) => own[j % 5]).join(',')},${y}\n`;
    const names = Array.from({ length: d }, (_, j) => `c${j}`).join(',');
    const data = await read(`${names},y\n${row(cells, 'u')}${row(others, 'v')}`, {}, 'wide.csv');
    expect(data.featureShape).toEqual([0.8 * d]);
    expect(data.notices).toHaveLength(3);
    expect(Math.max(...data.notices.map((line) => line.length))).toBeLessThan(900);
    expect(data.notices[1]).toMatch(
      /^columns: 40000 numeric \("c0", .*, …\), 20000 categorical \(/,
    );
  });
});

describe('options that are not known', () => {
  test.each([
    [
      'readCsv',
      async () => readCsv(await save('x,y\n1,u\n2,v\n'), { lable: 'y' } as never),
      'label',
    ],
    ['train', async () => train({ data: await digits(), lr: 0.1 } as never), 'learningRate'],
    [
      'train',
      async () => train({ data: await digits(), learningrate: 0.1 } as never),
      'learningRate',
    ],
  ])('are refused by %s', async (_, work, similar) => {
    const message = await fault(work());
    expect(message).toMatch(/received ("lable"|lr|learningrate)/);
    expect(message).toMatch(new RegExp(`; did you mean "?${similar}"?\\?$`));
  });
});
