import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from '../../src/server/index.ts';
import { openSource, startLab } from '../../src/server/index.ts';
import { blobs, folders } from '../cli/run.ts';
import { deviceTimeout } from '../helpers/devices.ts';
import { chromiumPath, launchChromium, noChromium, softwareGpu } from '../report/chromium.ts';
import { visit } from './lab-process.ts';
import { accessibilityFaults, labInBrowser, openLab } from './site.ts';
import { facts, trained } from './training.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

const folder = folders('lab-webgpu');
const rows = blobs(150, (kind) => ({ a: 'ant', b: 'bee', c: 'cat' })[kind]);
const csv = ['x,y,insect', ...rows].join('\n');
/** Of the third of the rows that is held out one may be at a border, and on the other side by the last bits of float32. */
const aRow = 100 / 50;

const address = '#/train?on=table&noise=0.2&model=mlp:32&epochs=10';
const chooser = (page: Page) => page.getByLabel('Train on');
const giveTable = (page: Page) =>
  page
    .getByLabel('CSV file')
    .setInputFiles({ name: 'insects.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });

/** Addresses that a page asks for, of the files of WebGPU. */
function askedOf(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/ort/')) asked.push(pathname.replace('/ort/', ''));
  });
  return asked;
}

describe.runIf(chromiumPath !== undefined)('training on WebGPU', { timeout: deviceTimeout }, () => {
  let browser: Browser;
  let lab: Lab;

  beforeAll(async () => {
    const source = await openSource(undefined);
    [browser, lab] = await Promise.all([
      launchChromium(softwareGpu),
      startLab({ source, version: '1.2.3' }),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });

  test('gives what WebAssembly gives, one network after the other, and loads its files when it is chosen', async () => {
    const { page, context, complaints } = await visit(browser, lab.url + address);
    const asked = askedOf(page);
    await giveTable(page);
    await trained(page);
    const onProcessor = [await facts(page, 'accuracy'), await facts(page, 'memorised')];
    expect(asked).toEqual([]);
    await chooser(page).selectOption('WebGPU (graphics card)');
    await page.getByText('one network after the other').waitFor();
    await page.waitForURL(/[?&]device=webgpu/);
    await page.getByText('waits for the other').waitFor({ timeout: deviceTimeout });
    await trained(page);
    expect(new Set(asked)).toEqual(
      new Set(['ort.webgpu.bundle.min.mjs', 'ort-wasm-simd-threaded.asyncify.wasm']),
    );
    const onCard = [await facts(page, 'accuracy'), await facts(page, 'memorised')];
    for (const [i, accuracy] of (onCard[0] ?? []).entries()) {
      expect(Number.parseFloat(accuracy)).toBeGreaterThan(60);
      const before = Number.parseFloat(onProcessor[0]?.[i] ?? '');
      expect(Math.abs(Number.parseFloat(accuracy) - before)).toBeLessThanOrEqual(aRow);
      expect(onCard[1]?.[i]?.replace(/^\d+/, '')).toBe(onProcessor[1]?.[i]?.replace(/^\d+/, ''));
    }
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('that fails says so, and goes on with WebAssembly', async () => {
    const { page, context } = await visit(browser, `${lab.url + address}&device=webgpu`);
    await page.route('**/ort/*.wasm', (route) => route.abort());
    await giveTable(page);
    const note = page.getByRole('alert').first();
    await note.waitFor({ timeout: deviceTimeout });
    expect(await note.innerText()).toMatch(
      /^WebGPU does not work here\s+The graphics card, its driver or the browser failed. Networks can still be trained on WebAssembly\./,
    );
    await note.getByText('What failed').click();
    const details = await note.locator('details p').innerText();
    expect(details).toMatch(/^device webgpu: expected a session that starts, received "/);
    expect(details).not.toMatch(/onnxruntime-node|npm|;/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await note.getByRole('button', { name: 'Train on WebAssembly' }).click();
    await trained(page);
    expect(await chooser(page).inputValue()).toBe('cpu');
    expect(page.url()).not.toContain('device');
    await context.close();
  });

  test.each(['light', 'dark'] as const)(
    'cannot be chosen where onnxruntime-web is not installed, which is said, %s, on a phone, too',
    async (colorScheme) => {
      const source = await openSource(undefined);
      const packagesFrom = join(folder(), 'symloss.js');
      const without = await startLab({ source, version: '1.2.3', packagesFrom });
      const viewport = { width: 390, height: 844 };
      const url = `${without.url + address}&device=webgpu`;
      const { page, context, complaints } = await visit(browser, url, { colorScheme, viewport });
      const asked = askedOf(page);
      await giveTable(page);
      await trained(page);
      await page.getByText('Losses, network and epochs').click();
      const select = chooser(page);
      expect([await select.isDisabled(), await select.inputValue()]).toEqual([true, 'cpu']);
      const why =
        'WebGPU needs onnxruntime-web 1.30 or newer beside symloss: run npm install onnxruntime-web, then start symloss lab again.';
      expect(await page.getByText(why).isVisible()).toBe(true);
      expect(await select.getAttribute('aria-describedby')).toBe(
        await page.getByText(why).getAttribute('id'),
      );
      expect(asked).toEqual([]);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      expect(complaints).toEqual([]);
      await context.close();
      await without.close();
    },
  );

  test('cannot be chosen in a browser without an adapter, which is said', async () => {
    const own = await browser.newContext();
    await own.addInitScript(() => {
      const gpu = { requestAdapter: async () => null };
      Object.defineProperty(navigator, 'gpu', { value: gpu });
    });
    const page = await own.newPage();
    await page.goto(`${lab.url + address}&device=webgpu`);
    await page
      .getByText('WebGPU is not there: this browser offers no graphics card to pages.')
      .waitFor();
    expect(await chooser(page).isDisabled()).toBe(true);
    await giveTable(page);
    await trained(page);
    await own.close();
  });
});

describe.runIf(chromiumPath !== undefined)('a page on a server without the files', () => {
  const lab = labInBrowser();

  test('offers no choice', async () => {
    const { page, complaints } = await openLab(lab, `${address}&device=webgpu`);
    await giveTable(page);
    await trained(page);
    expect(await chooser(page).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
