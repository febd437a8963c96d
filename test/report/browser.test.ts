import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../../src/report/index.ts';
import { summarise } from '../../src/report/summary.ts';
import type { RunRecord } from '../../src/run/record.ts';
import { chromiumPath, launchChromium, noChromium, openPage } from './chromium.ts';
import {
  configOf,
  doneRecord,
  failedRecord,
  losses,
  manyRecords,
  nastyRecords,
  syntheticRecords,
} from './records.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

describe.runIf(chromiumPath !== undefined)('the page in a browser', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-report-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
    await Promise.all([
      writeReport(syntheticRecords(), { file: join(folder, 'grid.html') }),
      writeReport(manyRecords(), { file: join(folder, 'many.html') }),
      writeReport(nastyRecords(), { file: join(folder, 'nasty.html') }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (name: string, options: BrowserContextOptions = {}) =>
    openPage(browser, join(folder, `${name}.html`), options);

  const chooser = (page: Page, name: string): Locator =>
    page.getByRole('combobox', { name, exact: true });
  const column = (table: Locator, place: number): Promise<string[]> =>
    table.locator(`tbody tr:visible > :nth-child(${place})`).allTextContents();

  /** Means as the table writes them, computed from the records. */
  function mean(records: readonly RunRecord[], loss: string, noise: string): string {
    const { cells, series, noises } = summarise(records);
    const cell = cells.find(
      (c) => series[c.series] === loss && noises[c.noise]?.spec === noise && c.task === 0,
    );
    return (100 * (cell?.values.last?.mean ?? 0)).toFixed(1);
  }

  test('draws charts and their numbers without network, errors or scripts of others', async () => {
    const { page, complaints } = await open('grid');
    const chart = page.locator('figure svg[role=img]').first();
    expect(await chart.getAttribute('aria-label')).toBe(
      'Test accuracy after the last epoch over rate of symmetric noise (%) for 6 losses. The table that follows has the numbers.',
    );
    expect(await chart.locator('[aria-label=dot] :is(path, circle)').count()).toBe(6 * 5 + 6); // and the labels'
    expect(await chart.locator('[aria-label=rule] line').count()).toBe(6 * 5 + 1); // and the axis
    const table = page.locator('figure table').first();
    expect(await column(table, 1)).toEqual(losses);
    const ce = await table.locator('tbody tr').first().locator('td').nth(2).textContent();
    expect(ce?.split(' ')[0]).toBe(mean(syntheticRecords(), 'ce', 'symmetric:0.4'));
    expect(await page.locator('figure').first().locator('figcaption').textContent()).toContain(
      'Means over 2 to 3 seeds; error bars are ± 1 standard deviation (n − 1)',
    );
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('has ticks where there are points, and whole epochs', async () => {
    const records = ['none', 'symmetric:0.4'].flatMap((noise) =>
      ['ce', 'mae'].map((loss): RunRecord => {
        const record = doneRecord(configOf(loss, noise, 1));
        const { memorised = 0.5, ...last } = record.last;
        return {
          ...record,
          last: noise === 'none' ? last : { ...last, memorised },
          epochs: [1, 2, 3].map((epoch) => ({ ...last, epoch })),
        };
      }),
    );
    const failed = failedRecord(configOf('sce', 'none', 1), 'no such column '.repeat(20), false);
    await writeReport([...records, failed], { file: join(folder, 'short.html') });
    const { page, complaints } = await open('short', { viewport: { width: 400, height: 800 } });
    const ticks = (place: number) =>
      page
        .locator('figure svg[role=img]')
        .nth(place)
        .locator('[aria-label="x-axis tick label"] text')
        .allTextContents();
    expect(await ticks(0)).toEqual(['0', '40']);
    expect(await ticks(1)).toEqual(['1', '2', '3']);
    await chooser(page, 'Quantity').first().selectOption('memorised');
    expect(await ticks(0)).toEqual(['40']);
    const row = await page.locator('section[aria-labelledby=failures] tbody tr').boundingBox();
    expect(row?.width).toBeLessThan(400);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows the whole table of results where the screen has room for it', async () => {
    const { page } = await open('many', { viewport: { width: 1920, height: 900 } });
    const region = page.locator('.scroll', { has: page.locator('table[data-filter=results]') });
    const hidden = () => region.evaluate((node) => node.scrollWidth - node.clientWidth);
    const text = await page.locator('#results-filter').boundingBox();
    const box = await region.boundingBox();
    expect(box?.width).toBeGreaterThan(text?.width ?? Number.NaN);
    expect(await hidden()).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await hidden()).toBeGreaterThan(0);
    const isCut = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
    expect(await isCut()).toBe(false);
    await page.setViewportSize({ width: 390, height: 900 });
    expect(await isCut()).toBe(false);
    expect((await region.boundingBox())?.x).toBeGreaterThanOrEqual(0);
    await page.close();
  });

  test('explains what is memorised only where it is drawn', async () => {
    const unknown = { ...doneRecord(configOf('ce', 'unknown', 1)) };
    const { memorised: _, ...last } = unknown.last;
    const epochs = unknown.epochs.map(({ memorised: _, ...rest }) => rest);
    await writeReport([{ ...unknown, last, epochs }], { file: join(folder, 'unknown.html') });
    for (const [name, count] of [
      ['unknown', 0],
      ['grid', 1],
    ] as const) {
      const { page } = await open(name);
      const captions = page.locator('figcaption', { hasText: 'predicts that wrong label' });
      expect(await captions.count(), name).toBe(count);
      await page.close();
    }
  });

  test('takes names for text', async () => {
    const { page, complaints } = await open('nasty');
    expect(await page.locator('img, script[src]').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toContain('<script>alert(1)</script>');
    expect(await page.locator('figure table tbody th').first().textContent()).toContain('<script>');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('sorts a table by keyboard and says so', async () => {
    const { page } = await open('grid');
    const table = page.locator('table[data-filter=results]');
    const heading = table.getByRole('columnheader', { name: /Test accuracy, last epoch/ });
    await heading.getByRole('button').focus();
    expect(await heading.getAttribute('aria-sort')).toBeNull();
    await page.keyboard.press('Enter');
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    const numbers = (await column(table, 4)).map((text) => Number.parseFloat(text));
    expect(numbers).toHaveLength(30);
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    await page.keyboard.press('Space');
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect((await column(table, 4)).map((text) => Number.parseFloat(text))).toEqual(
      numbers.toReversed(),
    );
    const noise = table.getByRole('columnheader', { name: 'Noise' });
    await noise.getByRole('button').press('Enter');
    expect(await heading.getAttribute('aria-sort')).toBeNull();
    expect(await noise.getAttribute('aria-sort')).toBe('ascending');
    expect((await column(table, 2))[0]).toBe('none');
    const memorised = table.getByRole('columnheader', { name: /Memorised/ });
    for (const key of ['Enter', 'Enter']) {
      await memorised.getByRole('button').press(key);
      expect((await column(table, 8)).slice(-6)).toEqual(Array(6).fill('–'));
    }
    await page.close();
  });

  test('sorts differences by their means, rows without one last', async () => {
    const { page } = await open('grid');
    const table = page.locator('table[data-filter=results]');
    const number = (text: string) => Number.parseFloat(text.replace('−', '-'));
    for (const [place, name] of [
      [6, 'Difference to ce (points)'],
      [7, 'Difference to the best baseline (points)'],
    ] as const) {
      await table.getByRole('columnheader', { name }).getByRole('button').click();
      const texts = await column(table, place);
      // five noises: the row of ce, or of the baseline, has no difference
      expect(texts.slice(25)).toEqual(Array(5).fill(place === 6 ? '–' : 'best baseline'));
      const means = texts.slice(0, 25).map(number);
      expect(means).toEqual([...means].sort((a, b) => b - a));
      expect(means[0]).toBeGreaterThan(means[24] ?? 0);
    }
    await page.close();
  });

  test('changes with its choosers, by keyboard, and keeps the focus', async () => {
    const { page, complaints } = await open('many');
    const caption = page.locator('figcaption').first();
    await chooser(page, 'Data · network').first().focus();
    await page.keyboard.press('ArrowDown');
    expect(await caption.textContent()).toContain('on cifar10-train.parquet · cnn8');
    expect(
      await chooser(page, 'Data · network')
        .first()
        .evaluate((node) => node === document.activeElement),
    ).toBe(true);
    await chooser(page, 'Noise').first().selectOption('column');
    const heads = page.locator('figure thead').first().locator('th');
    expect((await heads.allTextContents()).map((text) => text.split(' ')[0])).toEqual([
      'Loss',
      'column:aggregated_label',
      'column:worse_label',
    ]);
    expect(await caption.textContent()).toContain('One seed each, so there are no error bars.');
    await page.getByRole('checkbox', { name: 'mae' }).uncheck();
    expect(await column(page.locator('figure table').first(), 1)).not.toContain('mae');
    expect(await page.getByRole('status').first().textContent()).toBe(
      'Showing 5 losses on cifar10-train.parquet · cnn8, column noise.',
    );
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows how a swept parameter matters', async () => {
    const { page } = await open('many');
    const section = page.getByRole('region', { name: 'Sensitivity', exact: true });
    expect(await section.locator('option').allTextContents()).toEqual(['sgce: q']);
    await section.locator('summary').click();
    const heads = await section.locator('th[scope=col]').allTextContents();
    expect(heads).toEqual(['Noise', ...[0.1, 0.2, 0.4, 0.6, 0.8, 1].map((q) => `q = ${q}`)]);
    const row = section.locator('tbody tr', { hasText: 'symmetric:0.6' });
    expect((await row.locator('td').nth(2).textContent())?.split(' ')[0]).toBe(
      mean(manyRecords(), 'sgce:q=0.4', 'symmetric:0.6'),
    );
    await page.close();
  });

  test('filters the table of all results', async () => {
    const { page } = await open('grid');
    await page.locator('#results-filter select').selectOption({ label: 'symmetric:0.8' });
    expect(await column(page.locator('table[data-filter=results]'), 1)).toEqual(losses);
    expect(await page.locator('#results-filter [role=status]').textContent()).toBe('6 of 30 rows');
    await page.close();
  });

  test.each(['grid', 'many'])('%s fits a phone', async (name) => {
    const { page } = await open(name, { viewport: { width: 390, height: 800 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const boxes = await page
      .locator('figure svg')
      .evaluateAll((charts) => charts.map((chart) => chart.getBoundingClientRect().right));
    expect(boxes.length).toBeGreaterThan(1);
    expect(Math.max(...boxes)).toBeLessThanOrEqual(390);
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'names of lines do not overlap: %s',
    async (colorScheme) => {
      const { page } = await open('many', { colorScheme, viewport: { width: 1280, height: 900 } });
      for (const chart of await page.locator('figure svg[role=img]').all()) {
        const tops = await chart
          .locator('g[text-anchor=start] text')
          .evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().top));
        const sorted = tops.toSorted((x, y) => x - y);
        const gaps = sorted.slice(1).map((top, i) => top - (sorted[i] ?? 0));
        expect(gaps.length).toBeGreaterThan(0);
        expect(Math.min(...gaps)).toBeGreaterThan(13);
      }
      const background = await page.evaluate(
        () => getComputedStyle(document.documentElement).backgroundColor,
      );
      expect(background).toBe(colorScheme === 'dark' ? 'rgb(20, 23, 26)' : 'rgb(255, 255, 255)');
      await page.close();
    },
  );

  test('prints in light colours, without choosers', async () => {
    const { page } = await open('grid', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(
      await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor),
    ).toBe('rgb(255, 255, 255)');
    expect(await page.locator('select:visible').count()).toBe(0);
    expect(await page.locator('figure svg').first().isVisible()).toBe(true);
    await page.close();
  });
});
