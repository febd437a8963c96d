import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fromNumbers } from '../../src/core/index.ts';
import { readCsv } from '../../src/data/formats/index.ts';
import type { Table } from '../../src/data/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { withMeasured } from '../../web/rooms/train/history.ts';
import { tableScene, viewOf } from '../../web/rooms/train/scene.ts';
import type { State } from '../../web/rooms/train/state.ts';
import { defaults, readState } from '../../web/rooms/train/state.ts';
import { settingsOf } from '../../web/rooms/train/training.ts';
import { blobs, folders } from '../cli/run.ts';
import { chromiumPath, noChromium } from '../report/chromium.ts';
import { train } from '../train/package.ts';
import { accessibilityFaults, labInBrowser, openLab } from './site.ts';
import { facts, trained } from './training.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

const folder = folders('lab-own-data');

/** Three clouds with a column of names, a gap and a quoted cell. */
const rows = blobs(150, (kind) => ({ a: 'ant', b: 'bee', c: 'cat' })[kind]).map((row, i) => {
  const [x, y, kind] = row.split(',');
  return [i === 4 ? '' : x, y, i % 2 ? '"red, dark"' : 'blue', kind].join();
});
const csv = `${['x,y,colour,insect', ...rows].join('\n')}\n`;

describe('a table', () => {
  const read = async (): Promise<Table> => {
    const file = join(folder(), 'insects.csv');
    writeFileSync(file, csv);
    return readCsv(file, { label: 'insect' });
  };

  test('is parted into two thirds to learn, with wrong labels if any, and the others', async () => {
    const table = await read();
    const asGiven = tableScene(table, { noiseRate: 0, seed: 1 });
    expect([asGiven.data.labels.length, asGiven.testLabels.length]).toEqual([100, 50]);
    expect(asGiven.data.labels).toEqual(asGiven.trueLabels);
    expect(asGiven.rows).toHaveLength(0);
    const noisy = tableScene(table, { noiseRate: 0.4, seed: 1 });
    const wrong = noisy.data.labels.filter((label, i) => label !== noisy.trueLabels[i]).length;
    expect(wrong).toBeGreaterThan(0);
    expect(noisy.rows).toHaveLength(wrong);
    expect(noisy.trueLabels).toEqual(asGiven.trueLabels);
    // those asked about are wrong ones of the data, and then the held-out rows
    const sourceRows = noisy.data.sourceRows ?? new Uint32Array();
    expect([...(noisy.asked.sourceRows ?? [])].slice(0, wrong)).toEqual(
      Array.from(noisy.rows, (row) => sourceRows[row]),
    );
    const held = [...(noisy.asked.sourceRows ?? [])].slice(wrong);
    expect(held.map((row) => table.labels[row])).toEqual([...noisy.testLabels]);
    expect(new Set([...sourceRows, ...held]).size).toBe(150);
  });

  test('is trained for as many epochs as make six thousand steps', () => {
    expect(readState({ on: 'table' }, 1000).epochs).toBe(190);
    expect(readState({ on: 'table' }, 100_000).epochs).toBe(10);
    expect(readState({ on: 'table' }, 100).epochs).toBe(200);
    expect(readState({ on: 'table', epochs: '40' }, 100).epochs).toBe(40);
    expect(readState({ on: 'table', label: 'y' })).toMatchObject({ noiseRate: 0, label: 'y' });
  });
});

test('of a long history every second point is left out', () => {
  const view = { grid: new Float32Array(), memorised: new Uint8Array(), accuracy: 0.5 };
  let history: ReturnType<typeof withMeasured> = [];
  let first: (typeof history)[number] | undefined;
  for (let i = 1; i <= 1000; i++) {
    const counts = { memorisedCount: 1, wrongCount: i === 1 ? 0 : 4 };
    const progress = { view: { ...view, ...counts }, share: i / 1000, epoch: 1, stepsPerSecond: 1 };
    history = withMeasured(history, progress, 50);
    if (i === 1) first = history[0];
  }
  expect(first).toEqual({ epoch: 0.05, accuracy: 0.5, memorised: undefined });
  expect(history.length).toBeLessThanOrEqual(400);
  expect(history.at(-1)).toEqual({ epoch: 50, accuracy: 0.5, memorised: 0.25 });
});

describe.runIf(chromiumPath !== undefined)('own data in the page', { timeout: 180_000 }, () => {
  const lab = labInBrowser();

  const file = (name: string, content: string | Buffer) => ({
    ...{ name, mimeType: 'text/csv' },
    buffer: Buffer.from(content),
  });
  const choose = (page: Page, name: string, content: string | Buffer) =>
    page.getByLabel('CSV file').setInputFiles(file(name, content));

  test('a CSV file is read as by the command line, and two networks learn it as in Node', async () => {
    const { page, complaints } = await openLab(
      lab,
      '#/train?on=table&noise=0.4&model=mlp:32&epochs=20',
    );
    await choose(page, 'insects.csv', csv);
    await page.getByText('150 rows, 3 columns to learn from, 3 classes').waitFor();
    expect(await page.getByLabel('Column of the labels').inputValue()).toBe('insect');
    await page.getByText('How it was read').click();
    const path = join(folder(), 'insects.csv');
    writeFileSync(path, csv);
    const table = await readCsv(path, { label: 'insect' });
    expect(
      await page.locator('details', { hasText: 'How it was read' }).locator('li').allInnerTexts(),
    ).toEqual(table.notices.map((notice) => notice.replace(path, 'insects.csv')));
    await trained(page);
    const state: State = { ...defaults, subject: 'table', model: 'mlp:32', epochs: 20 };
    const scene = tableScene(table, state);
    for (const [i, loss] of state.losses.entries()) {
      const model = await train({ data: scene.data, loss, ...settingsOf(state) });
      const { probs } = await model.predictDataset(scene.asked);
      const view = viewOf(
        scene,
        probs.flatMap((row) => [...row]),
      );
      const accuracy = Number.parseFloat((await facts(page, 'accuracy'))[i] ?? '');
      // the last bits of float32 may move a row at a border
      const aRow = 100 / scene.testLabels.length;
      expect(Math.abs(accuracy - 100 * view.accuracy)).toBeLessThanOrEqual(aRow);
      expect(view.accuracy).toBeGreaterThan(1 / 3);
      expect((await facts(page, 'memorised'))[i]).toMatch(
        new RegExp(`^\\d+ of ${view.wrongCount}$`),
      );
    }
    // the curve ends where the number stands
    await page.getByText('Show the numbers').first().click();
    const last = page.locator('.training').first().locator('tbody tr').last();
    await last.waitFor();
    expect((await last.locator('td').allInnerTexts())[0]).toBe((await facts(page, 'accuracy'))[0]);

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).first().click();
    // with rows of the file as they are
    const network = await nodeRunner().load(
      new Uint8Array(readFileSync(await (await download).path())),
    );
    const number = (value: number) => fromNumbers('float32', [1], [value]);
    const colour = { dtype: 'string', shape: [1], data: ['blue'] } as const;
    const { label } = await network.run({ x: number(0), y: number(0), colour });
    expect(Array.from(label?.data ?? [], Number)).toEqual([table.classes.indexOf('ant')]);
    await network.dispose();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('labels as given have nothing to memorise, and another column can be chosen', async () => {
    const { page, complaints } = await openLab(lab, '#/train?on=table&epochs=10&model=linear');
    await choose(page, 'insects.csv.gz', gzipSync(csv));
    await trained(page);
    expect(await facts(page, 'memorised')).toEqual([]);
    expect(await page.getByText('none: labels as given').isVisible()).toBe(true);
    await page.getByLabel('Column of the labels').selectOption('colour');
    await page.getByText('150 rows, 3 columns to learn from, 2 classes').waitFor();
    await page.waitForURL(/[?&]label=colour/);
    await trained(page);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a column is left out, or is what somebody says it is', async () => {
    const { page, complaints } = await openLab(lab, '#/train?on=table&epochs=10&model=linear');
    await choose(page, 'insects.csv', csv);
    await page.getByText('150 rows, 3 columns to learn from, 3 classes').waitFor();
    await page.getByText('What each column is').click();
    const said = (column: string) => page.getByLabel(column, { exact: true });
    const shown = (column: string) => said(column).locator('option:checked').innerText();
    expect([await shown('x'), await shown('colour')]).toEqual([
      'by its cells: numbers',
      'by its cells: categories',
    ]);
    await said('colour').selectOption('leave out');
    await page.getByText('150 rows, 2 columns to learn from, 3 classes').waitFor();
    await said('x').selectOption('categories');
    await page.waitForURL(/[?&]columns=colour=ignore%26x=categorical/);
    await trained(page);
    // the labels are no feature, whatever was said of their column
    await page.getByLabel('Column of the labels').selectOption('colour');
    await page.getByText('150 rows, 3 columns to learn from, 2 classes').waitFor();
    expect(await shown('x')).toBe('categories');
    await said('x').selectOption('dates');
    const note = page.getByRole('alert').filter({ hasText: 'The table cannot be used' });
    await note.waitFor();
    await said('x').selectOption({ index: 0 });
    await note.waitFor({ state: 'detached' });
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('what a message advises can be done on the page: rows without a label are left out', async () => {
    const { page, complaints } = await openLab(lab, '#/train?on=table&epochs=10&model=linear');
    await choose(page, 'gaps.csv', csv.replace(/,ant\n/, ',\n').replace(/,bee\n/, ',NA\n'));
    const note = page.getByRole('alert').filter({ hasText: 'The table cannot be used' });
    await note.waitFor();
    expect(await note.innerText()).toMatch(
      /column "insect": expected a label, received a missing cell, one of 2; drop such rows \(“leave out those without a label” in “Rows with empty cells”\), or all with a missing cell \(“leave out” in “Rows with empty cells”\), or delete them/,
    );
    await page.getByLabel('Rows with empty cells').selectOption('leave out');
    // one more has no x
    await page.getByText('147 rows, 3 columns to learn from, 3 classes').waitFor();
    await page.waitForURL(/[?&]missing=drop/);
    await note.waitFor({ state: 'detached' });
    await trained(page);
    await page.getByLabel('Rows with empty cells').selectOption({ index: 0 });
    await note.waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('what was noticed names what the page has, such as the order of dates', async () => {
    const { page } = await openLab(lab, '#/train?on=table&epochs=10&model=linear');
    const lines = Array.from(
      { length: 60 },
      (_, i) => `${1 + (i % 9)}/${1 + (i % 11)}/2024,${i % 2 ? 'u' : 'v'}`,
    );
    await choose(page, 'dates.csv', `when,y\n${lines.join('\n')}\n`);
    await page.getByText('How it was read').click();
    const notices = page.locator('details', { hasText: 'How it was read' });
    await notices
      .getByText('(“dates, day first” in “What each column is” if the day comes first)')
      .waitFor();
    await page.getByText('What each column is', { exact: true }).click();
    await page.getByLabel('when', { exact: true }).selectOption('dates, day first');
    await notices.getByText('“dates, day first”').waitFor({ state: 'detached' });
    await page.waitForURL(/[?&]columns=when=day-first/);
    await trained(page);
    await page.close();
  });

  test('a column that gives the label away is warned of without opening anything', async () => {
    const { page } = await openLab(lab, '#/train?on=table&epochs=10&model=linear');
    const lines = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 2},${i % 2 ? 'u' : 'v'}`);
    await choose(page, 'leak.csv', `x,other,y\n${lines.join('\n')}\n`);
    const warning = page.getByText('warning: "other" equals the label but for names');
    await warning.waitFor({ state: 'visible' });
    expect(await warning.count()).toBe(1);
    await trained(page);
    await page.close();
  });

  test('what is dropped anywhere on the page is read', async () => {
    const { page, complaints } = await openLab(lab, '#/train');
    await page.evaluate((text) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], 'insects.csv'));
      document
        .querySelector('h1')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, csv);
    await page.getByText('150 rows, 3 columns to learn from, 3 classes').waitFor();
    await page.waitForURL(/on=table/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.each([
    ['empty.csv', '', 'empty.csv: expected a header line and rows, received an empty file'],
    ['head.csv', 'a,b\n', 'head.csv: expected rows below the header, received the header only'],
    [
      'width.csv',
      'a,b\n1,x\n2\n',
      'width.csv, row 2 (counting data rows from 1): expected 2 fields',
    ],
    ['quote.csv', 'a,b\n1,"x\n', 'expected a closing quote, received the end of file'],
    ['nul.csv', 'a,b\n\0\0\0\0', 'nul.csv: expected text in UTF-8, received binary data'],
    ['one.csv', 'a,label\n1,x\n2,x\n', 'expected at least 2 classes'],
    ['torn.csv.gz', gzipSync(csv).subarray(0, 200), 'torn.csv.gz: expected a valid gzip file'],
  ])('of %s the page says what is wrong', async (name, content, message) => {
    const { page, complaints } = await openLab(lab, '#/train?on=table');
    await choose(page, name, content);
    const note = page.getByRole('alert').filter({ hasText: 'The table cannot be used' });
    await note.waitFor();
    expect(await note.innerText()).toContain(message);
    expect(await page.locator('.training').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a column that is not in the file is an error, and choosing another one mends it', async () => {
    const { page } = await openLab(lab, '#/train?on=table&epochs=10&model=linear&label=kind');
    await choose(page, 'insects.csv', csv);
    // an address may be of another file
    await page.getByText('150 rows, 3 columns to learn from, 3 classes').waitFor();
    expect(await page.getByLabel('Column of the labels').inputValue()).toBe('insect');
    await page.evaluate(() => {
      location.hash = location.hash.includes('?') ? `${location.hash}&label=kind` : location.hash;
    });
    const note = page.getByRole('alert').filter({ hasText: 'The table cannot be used' });
    await note.waitFor();
    expect(await note.innerText()).toContain('expected one of "x", "y", "colour", "insect"');
    await page.getByLabel('Column of the labels').selectOption('insect');
    await page.getByText('150 rows, 3 columns to learn from, 3 classes').waitFor();
    await page.close();
  });

  test('too large a file is refused before it is read', async () => {
    const { page } = await openLab(lab, '#/train?on=table');
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      const part = new Blob(['1,2\n'.repeat(1 << 18)]);
      dataTransfer.items.add(new File(new Array(51).fill(part), 'large.csv'));
      document
        .querySelector('h1')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    });
    const note = page.getByRole('alert');
    await note.waitFor();
    expect(await note.innerText()).toContain(
      'large.csv: expected at most 50 MB in a page, received 51 MB',
    );
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'in %s it is accessible and fits a phone',
    async (colorScheme) => {
      const options = { colorScheme, viewport: { width: 390, height: 844 }, hasTouch: true };
      const address = '#/train?on=table&epochs=10&model=linear';
      const { page, complaints } = await openLab(lab, address, options);
      await choose(page, 'insects.csv', csv);
      await trained(page);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
