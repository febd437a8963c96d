import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromArrays } from '../../src/data/index.ts';
import { percent } from '../../src/experiments/results/number-texts.ts';
import type { AuditReport } from '../../src/report/index.ts';
import { renderAuditReport } from '../../src/report/index.ts';
import { given, images, nastyReport, reportOf, reviews, truth } from './audits.ts';
import { chromiumPath, launchChromium, noChromium, openPage } from './chromium.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

describe.runIf(chromiumPath !== undefined)('an audit in a browser', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-audit-page-'));
  const trueLabels = truth(60);
  let measured: AuditReport;
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
    const features = Array.from({ length: 60 }, (_, i) => [i % 50, i % 50]);
    const data = fromArrays({ features, labels: given(60), trueLabels, columns: ['x', 'y'] });
    measured = await reportOf(data, trueLabels, { against: 'the true labels' });
    const pages = {
      table: measured,
      images: await reportOf(images(), truth(30)),
      reviews: await reportOf(reviews(), truth(60, 2)),
      nasty: await nastyReport(),
    };
    for (const [name, report] of Object.entries(pages)) {
      writeFileSync(join(folder, `${name}.html`), await renderAuditReport(report));
    }
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (name: string, options: BrowserContextOptions = {}) =>
    openPage(browser, join(folder, `${name}.html`), options);

  test('draws the curve, and has its numbers', async () => {
    const { page, complaints } = await open('table');
    const chart = page.locator('#precision-curve svg[role=img]');
    expect(await chart.locator('[aria-label=line] path').count()).toBe(2);
    expect(await page.locator('.key').textContent()).toBe('■ expected▲ measured');
    await page.locator('#precision-curve summary').click();
    const row = page.locator('#precision-curve tbody tr').first();
    const top = Math.max(...measured.audit.pWrong);
    // the first lists are of two rows each
    const cells = await row.locator('th, td').allTextContents();
    expect(cells[0]).toBe('2');
    expect(Number(cells[1])).toBeLessThanOrEqual(Number(percent(top)));
    expect(cells.slice(3)).toEqual(['100.0', percent(2 / 3)]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('leaves the suspects of one confusion, by keyboard', async () => {
    const { page } = await open('table');
    const chooser = page.getByRole('combobox', { name: 'Given → suggested' });
    await chooser.focus();
    await page.keyboard.press('ArrowDown');
    const label = (await chooser.locator('option:checked').textContent()) ?? '';
    const [, pair, count] = /^(.*) \((\d+)\)$/.exec(label) ?? [];
    const cards = page.locator('.card:visible');
    expect(await cards.count()).toBe(Number(count));
    for (const text of await cards.locator('.labels').allTextContents()) {
      expect(text.replaceAll(/given |suggested /g, '')).toBe(pair);
    }
    expect(await page.locator('#suspects-filter [role=status]').textContent()).toBe(
      `${count} of 20 shown`,
    );
    await page.close();
  });

  test('takes names, texts and ids for text', async () => {
    const { page, complaints } = await open('nasty');
    expect(await page.locator('img, script[src]').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toContain('<script>alert(1)</script>');
    expect(await page.locator('.card h3').first().textContent()).toContain('<img src=x');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows pictures, each with a text in its place', async () => {
    const { page, complaints } = await open('images');
    const pictures = page.locator('.card img');
    const sizes = await pictures.evaluateAll((all) =>
      all.map((one) => [(one as HTMLImageElement).naturalWidth, one.getAttribute('alt') !== '']),
    );
    expect(sizes).toEqual(Array.from({ length: 20 }, () => [4, true]));
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.each(['table', 'images', 'reviews', 'nasty'])('%s fits a phone', async (name) => {
    const { page } = await open(name, { viewport: { width: 390, height: 800 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.close();
  });

  test('headings have an order, and regions and tables names', async () => {
    const { page } = await open('table');
    const levels = await page
      .locator('h1, h2, h3')
      .evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [i, level] of levels.slice(1).entries()) {
      expect(level - (levels[i] ?? 0)).toBeLessThanOrEqual(1);
    }
    const unnamed = await page
      .locator('table:not(:has(caption)), [role=region]:not([aria-label], [aria-labelledby])')
      .count();
    expect(unnamed).toBe(0);
    const targets = await page
      .locator('nav a')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    for (const target of targets) expect(await page.locator(target).count()).toBe(1);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('texts can be read: %s', async (colorScheme) => {
    for (const [name, parts] of [
      ['table', ['.heat', '.right', '.note', '.card h3', 'dt', 'nav a', 'caption']],
      ['reviews', ['mark']],
    ] as const) {
      const { page } = await open(name, { colorScheme });
      for (const part of parts) expect(await leastContrast(page, part)).toBeGreaterThanOrEqual(4.5);
      await page.close();
    }
  });
});

/** The least contrast of a text to what is behind it, as WCAG 2 defines it, among the elements of a selector. */
async function leastContrast(page: Page, selector: string): Promise<number> {
  const pairs = await page.locator(selector).evaluateAll((all) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const pixel = (colour: string): number[] => {
      if (canvas === null) throw new Error('no canvas');
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    return all.map((one) => {
      let behind: Element | null = one;
      let back = pixel(getComputedStyle(one).backgroundColor);
      while (back[3] === 0 && behind?.parentElement) {
        behind = behind.parentElement;
        back = pixel(getComputedStyle(behind).backgroundColor);
      }
      return [pixel(getComputedStyle(one).color), back];
    });
  });
  const luminance = ([r, g, b]: readonly number[]): number => {
    const part = (value = 0) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const contrasts = pairs.map((pair) => {
    const [dark = 0, light = 0] = pair.map(luminance).sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  });
  expect(contrasts.length).toBeGreaterThan(0);
  return Math.min(...contrasts);
}
