import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aggregate } from '../../src/experiments/results/aggregate.ts';
import { spreadText } from '../../src/experiments/results/number-texts.ts';
import { folders } from '../cli/run.ts';
import { chromiumPath, launchChromium, noChromium } from '../report/chromium.ts';
import { syntheticRecords } from '../report/records.ts';
import type { LabProcess } from './lab-process.ts';
import { startLabProcess, visit } from './lab-process.ts';
import { accessibilityFaults } from './site.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

const folder = folders('lab-results');

describe.runIf(chromiumPath !== undefined)('runs on a page', { timeout: 120_000 }, () => {
  const cwd = folder();
  const records = syntheticRecords();
  const [last, first] = [records.at(-1)!, records.slice(0, -1)];
  const file = join(cwd, 'grid', 'records.jsonl');
  const text = (own: typeof records) => own.map((record) => `${JSON.stringify(record)}\n`).join('');
  let browser: Browser;
  let lab: LabProcess;

  beforeAll(async () => {
    mkdirSync(join(cwd, 'grid'));
    writeFileSync(file, text(first));
    [browser, lab] = await Promise.all([launchChromium(), startLabProcess(['grid'], cwd)]);
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.end('SIGKILL');
  });

  test('are a table with the numbers of the records, and new ones come by themselves', async () => {
    const { page, context, complaints } = await visit(browser, lab.url);
    expect(lab.output()).toContain(`runs: ${first.length} in grid\n`);
    const rows = page.locator('section[aria-label=Runs] tbody tr');
    expect(await rows.count()).toBe(first.length);
    const cellsOf = async (i: number) => rows.nth(i).locator('th, td').allTextContents();
    const percent = (share: number | undefined) =>
      share === undefined ? '–' : (100 * share).toFixed(1);
    for (const i of [0, 20, 50]) {
      const record = first[i]!;
      const { loss, noise, seed } = record.config;
      const cells = (await cellsOf(i)).map((own) => own.trim());
      const ended = record.status === 'done' ? record : undefined;
      expect(cells).toEqual([
        ...[loss, noise, String(seed)],
        ...[percent(ended?.last.testAccuracy), percent(ended?.chosen?.testAccuracy)],
        ...[percent(ended?.last.memorised), percent(ended?.noise.realised)],
        ...[record.seconds.toFixed(1), ended ? 'ended' : 'diverged'],
      ]);
    }
    appendFileSync(file, text([last]));
    await page.getByText(`${records.length} of ${records.length} runs`).waitFor();
    expect((await cellsOf(records.length - 1))[0]?.trim()).toBe(last.config.loss);
    await page.getByRole('status').getByText(`${records.length} runs have ended`).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
    writeFileSync(file, text(first));
  });

  test('are compared by loss and noise with the means of the grid', async () => {
    const { page, context, complaints } = await visit(browser, lab.url);
    const table = page.locator('.report figure table').first();
    const ce = table.locator('tbody tr', { has: page.getByText('ce', { exact: true }) }).first();
    const levels = ['none', 'symmetric:0.2', 'symmetric:0.4', 'symmetric:0.6', 'symmetric:0.8'];
    const cells = aggregate(first);
    const means = levels.map((noise) =>
      spreadText(cells.find((own) => own.loss === 'ce' && own.noise === noise)?.last),
    );
    const shown = await ce.locator('td').allTextContents();
    expect(shown.map((own) => own.replace(' (best)', ''))).toEqual(means);
    expect(await page.locator('.report .charts svg').count()).toBe(3);
    // side by side, as the page's policy lets them be
    const tops = await page
      .locator('.report .charts')
      .nth(1)
      .locator('svg')
      .evaluateAll((own) => own.map((svg) => svg.getBoundingClientRect().top));
    expect(tops[0]).toBe(tops[1]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('are found by words, sorted, and shown one by one, with their curves as numbers', async () => {
    const { page, context, complaints } = await visit(browser, lab.url);
    await page.getByLabel('Search').fill('gce symmetric:0.4');
    const wanted = first.filter(
      ({ config }) => config.loss.includes('gce') && config.noise === 'symmetric:0.4',
    );
    await page.getByText(`${wanted.length} of ${first.length} runs`).waitFor();
    await page.getByRole('button', { name: 'Test accuracy (%)' }).click();
    const rows = page.locator('section[aria-label=Runs] tbody tr');
    const accuracies = async () =>
      (await rows.locator('td:nth-of-type(3)').allTextContents()).map(Number);
    const isSorted = async () => {
      const own = await accuracies();
      return own.every((value, i) => i === 0 || value <= (own[i - 1] as number));
    };
    await expect.poll(isSorted).toBe(true);
    const shown = await accuracies();
    expect(shown).toHaveLength(wanted.length);
    await rows.first().getByRole('button').click();
    await page.locator('#run-title').waitFor();
    const best = wanted.find(
      (own) =>
        own.status === 'done' &&
        (100 * (own.last.testAccuracy ?? 0)).toFixed(1) === String(shown[0]?.toFixed(1)),
    )!;
    await page.waitForURL(/[?&]run=/);
    await page.getByText('Show the numbers').click();
    const numbers = page.locator('.run figure tbody tr').nth(4);
    await numbers.waitFor();
    const cells = await numbers.locator('th, td').allTextContents();
    const epoch = best.epochs[4]!;
    expect(cells.slice(0, 2)).toEqual(['5', (100 * (epoch.testAccuracy ?? 0)).toFixed(1)]);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.locator('#run-title').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await context.close();
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('all can be used in %s, %i pixels wide', async (colorScheme, width) => {
    const options = { colorScheme, viewport: { width, height: 800 } };
    const { page, context, complaints } = await visit(browser, lab.url, options);
    await page.locator('.report figure').first().waitFor();
    await page.locator('section[aria-label=Runs] tbody button').first().click();
    await page.locator('.run figure svg').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
