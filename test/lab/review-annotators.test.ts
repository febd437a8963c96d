import { describe, expect, test } from 'vitest';
import { folders } from '../cli/run.ts';
import { chromiumPath, launchChromium, noChromium } from '../report/chromium.ts';
import { makeAnnotatedAudit } from '../server/lab.ts';
import { startLabProcess, visit } from './lab-process.ts';
import { accessibilityFaults } from './site.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

const folder = folders('lab-annotators');

describe.runIf(chromiumPath !== undefined)('labels of several people', { timeout: 120_000 }, () => {
  test('are listed by who gave them, and shown with those of the others', async () => {
    const cwd = folder();
    const { ofBobAndCy, ofAnnAndBob } = await makeAnnotatedAudit(cwd);
    const [browser, lab] = await Promise.all([
      launchChromium(),
      startLabProcess(['people-audit'], cwd),
    ]);
    try {
      const { page, complaints } = await visit(browser, lab.url);
      await page.getByText('1 of 3 listed').waitFor();
      const annotator = page.getByLabel('Label given by');
      expect(await annotator.locator('option').allTextContents()).toEqual([
        ...['anybody', 'bob (3)', 'cy (2)', 'ann (1)'],
      ]);
      await annotator.selectOption('cy');
      await page.getByText('1 of 2 listed').waitFor();
      const row = Number((await page.locator('#suspect-title').textContent())?.slice(4));
      expect(ofBobAndCy).toContain(row);
      await annotator.selectOption('ann');
      await page.getByText('1 of 1 listed').waitFor();
      expect(await page.locator('#suspect-title').textContent()).toBe(`Row ${ofAnnAndBob[0]}`);
      const given = await page.locator('article dd.given').textContent();
      const said = await page
        .getByRole('list', { name: 'Labels of the annotators' })
        .getByRole('listitem')
        .allInnerTexts();
      expect(said.map((text) => text.split(/\s+/))).toEqual([
        ['ann', given],
        ['bob', given],
      ]);
      expect(await page.getByRole('group', { name: 'Decide' }).isVisible()).toBe(true);
      await page.waitForURL(/[?&]annotator=ann/);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await lab.end('SIGKILL');
    }
  });

  test('fit a phone, the row before its filters', async () => {
    const cwd = folder();
    await makeAnnotatedAudit(cwd);
    const [browser, lab] = await Promise.all([
      launchChromium(),
      startLabProcess(['people-audit'], cwd),
    ]);
    try {
      const viewport = { width: 390, height: 800 };
      const { page, complaints } = await visit(browser, lab.url, { viewport, hasTouch: true });
      await page.locator('#suspect-title').waitFor();
      const top = async (selector: string) =>
        (await page.locator(selector).first().boundingBox())?.y ?? Number.NaN;
      const filters = page.getByText('Filters, and who you are');
      expect(await top('article')).toBeLessThan(viewport.height / 2);
      expect(await top('article')).toBeLessThan((await filters.boundingBox())?.y ?? Number.NaN);
      // what decides is in sight without scrolling
      const accept = await page.getByRole('button', { name: 'Accept' }).boundingBox();
      expect((accept?.y ?? Number.NaN) + (accept?.height ?? 0)).toBeLessThanOrEqual(
        viewport.height,
      );
      expect(await page.getByLabel('Label given by').isVisible()).toBe(false);
      await filters.tap();
      await page.getByLabel('Label given by').selectOption('cy');
      await page.getByText('1 of 2 listed').waitFor();
      await page.getByRole('button', { name: 'Accept' }).tap();
      await page.locator('#tally strong', { hasText: '1 of 3' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await lab.end('SIGKILL');
    }
  });
});
