// Opens the built site in Chromium: pages show their titles, the search finds words offline, and nothing is asked of another origin.
//   node check.mjs [path of Chromium]
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { serve } from 'vitepress';

const executablePath = process.argv[2] ?? process.env.SYMLOSS_CHROMIUM ?? '/usr/bin/chromium';
const port = 4173;
const origin = `http://localhost:${port}`;
const faults = [];

await serve({ root: import.meta.dirname, port });
const gpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...gpu] });
try {
  const page = await browser.newPage();
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('data:')) faults.push(`asks for ${url}`);
  });
  for (const [path, title] of [
    ['tutorial', 'Tutorial: from wrong labels to a better model'],
    ['theory', 'Theory'],
    ['api/audit', 'symloss/audit'],
    ['results/', 'Results'],
  ]) {
    await page.goto(`${origin}/${path}`, { waitUntil: 'networkidle' });
    assert.ok(
      (await page.locator('h1').innerText()).startsWith(title),
      `${path} has the title ${title}`,
    );
  }
  // the lab's figures stand in the theory, as high as what they show, in the colours of the page
  await page.goto(`${origin}/theory`, { waitUntil: 'networkidle' });
  const frames = page.locator('.lab-figure iframe');
  assert.equal(await frames.count(), 3);
  await frames.first().scrollIntoViewIfNeeded();
  const figure = frames.first().contentFrame();
  await figure.getByText('class-insensitive part').first().waitFor();
  await figure.getByLabel('Loss').selectOption('mae');
  await figure.getByText('mae: its symmetric and its class-insensitive part').waitFor({
    state: 'attached',
  });
  const { shown, needed } = await frames.first().evaluate((frame) => ({
    shown: frame.clientHeight,
    needed: frame.contentDocument.getElementById('main').scrollHeight,
  }));
  assert.ok(shown >= needed && shown < needed + 20, `${shown} pixels high, ${needed} needed`);
  await page.locator('.VPSwitchAppearance').first().click();
  assert.equal(await figure.locator('html').getAttribute('data-scheme'), 'dark');
  await page.keyboard.press('Control+k');
  await page.locator('#localsearch-input').fill('krippendorff');
  await page
    .locator('.VPLocalSearchBox .result', { hasText: 'Several annotators' })
    .first()
    .waitFor();
  // the lab trains on WebGPU, with files of the site that it loads when that is chosen
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${origin}/app/index.html#/train?on=blobs&model=linear&epochs=10`);
  await page.locator('.training [role=status]', { hasText: 'trained' }).nth(1).waitFor();
  const files = () => asked.filter((path) => path.startsWith('/app/ort/'));
  assert.deepEqual(files(), []);
  await page.getByLabel('Train on').selectOption('webgpu');
  await page.getByText('waits for the other').waitFor({ timeout: 120_000 });
  assert.equal(new Set(files()).size, 2);
  assert.deepEqual(faults, []);
  console.log('pages, search, links and the lab of the site work');
} finally {
  await browser.close();
}
process.exit(0);
