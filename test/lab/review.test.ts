import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Review } from '../../src/review/index.ts';
import { openReview, readDecisions } from '../../src/review/index.ts';
import { folders, symloss } from '../cli/run.ts';
import { chromiumPath, launchChromium, noChromium } from '../report/chromium.ts';
import { makeAudit } from '../server/lab.ts';
import type { LabProcess } from './lab-process.ts';
import { startLabProcess, visit } from './lab-process.ts';
import { accessibilityFaults } from './site.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

const folder = folders('lab-review');
const noise = ['--noise', 'symmetric:0.2', '--model', 'linear', '--epochs', '4'];

describe.runIf(chromiumPath !== undefined)('labels on a page', { timeout: 120_000 }, () => {
  const cwd = folder();
  const log = join(cwd, 'audit', 'review.jsonl');
  let browser: Browser;
  let lab: LabProcess;
  let review: Review;

  beforeAll(async () => {
    const few = ['--folds', '2', '--repeats', '1', '--out', 'audit'];
    const { code, stderr } = await symloss(['audit', 'digits', ...noise, ...few], cwd);
    expect([code, stderr.includes('symloss:')]).toEqual([0, false]);
    review = await openReview(join(cwd, 'audit'));
    browser = await launchChromium();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    rmSync(log, { force: true });
    lab = await startLabProcess(['audit', '--author', 'ann'], cwd);
  });
  afterEach(async () => {
    await lab.end('SIGKILL');
  });

  /** The page, when the first suspect is shown. */
  const open = async (view = '') => {
    const own = await visit(browser, `${lab.url}${view}`);
    await own.page
      .locator(view === '' ? '#suspect-title' : '[role=option]')
      .first()
      .waitFor();
    return own;
  };
  const title = (page: Page) => page.locator('#suspect-title').textContent();
  const tally = (page: Page) => page.locator('#tally strong').textContent();
  const row = (place: number) => review.suspects[place]!;
  const rowTitle = (place: number) => `Row ${row(place).row.toLocaleString('en-US')}`;
  const of = (n: number) => `${n} of ${review.suspects.length}`;
  /** Presses a key, and waits until so many decisions are there. */
  const press = async (page: Page, key: string, decided: number) => {
    await page.keyboard.press(key);
    await page.locator('#tally strong', { hasText: of(decided) }).waitFor();
  };
  const answers = async () =>
    (await readDecisions(log)).decisions.map((own) => [
      own.row,
      own.author,
      own.action === 'label' ? own.label : own.action,
    ]);

  test('show a suspect as the audit lists it, with its picture and the nearest rows', async () => {
    const { page, context, complaints } = await open();
    const { row: number, given, suggested, reason } = row(0);
    expect(page.url()).not.toContain('key');
    expect(await title(page)).toBe(rowTitle(0));
    expect(await page.locator('article .given').textContent()).toBe(given);
    expect(await page.locator('article .suggested').textContent()).toBe(suggested);
    expect(await page.locator('article .reason').textContent()).toBe(reason);
    const picture = page.getByRole('img', { name: `Row ${number}, 8 × 8 pixels` });
    await page.locator('article li img').nth(7).waitFor();
    const widthOf = () => picture.evaluate((own) => (own as HTMLImageElement).naturalWidth);
    await expect.poll(widthOf).toBe(8);
    const labels = await page.locator('article li .label').allTextContents();
    const classes = new Map(review.audit.rows.map((own) => [own.row, own.given]));
    const rows = await page
      .locator('article li')
      .evaluateAll((own) => own.map((li) => Number(li.getAttribute('title')?.slice(4))));
    expect(labels).toEqual(rows.map((own) => classes.get(own)));
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('are decided by keys, and still are when the page is loaded, or the server killed', async () => {
    const { page, context, complaints } = await open();
    await press(page, 'a', 1);
    await press(page, 'k', 2);
    await page.keyboard.press('o');
    await page.getByLabel('Its number, or the beginning of its name').fill('7');
    await press(page, 'Enter', 3);
    await press(page, 'x', 4);
    await page.keyboard.press('s');
    await page.getByText(rowTitle(5), { exact: true }).waitFor();
    const decided = [
      [row(0).row, 'ann', row(0).suggested],
      [row(1).row, 'ann', row(1).given],
      [row(2).row, 'ann', '7'],
      [row(3).row, 'ann', 'exclude'],
      [row(4).row, 'ann', 'skip'],
    ];
    expect(await answers()).toEqual(decided);
    await page.reload();
    await page.locator('#suspect-title').waitFor();
    expect([await tally(page), await title(page)]).toEqual([of(4), rowTitle(4)]);
    const wrong = [row(0), row(2)].filter((own) => own.given !== (own === row(0) ? '' : '7'));
    expect(await page.locator('#tally').textContent()).toContain(
      `${wrong.length + 1} of 4 labels were wrong`,
    );
    await lab.end('SIGKILL');
    await page.keyboard.press('a');
    await page.getByText('The local server does not answer, and nothing was written.').waitFor();
    expect(await title(page)).toBe(rowTitle(4));
    lab = await startLabProcess(['audit', '--author', 'ann'], cwd);
    expect(await answers()).toEqual(decided);
    expect(lab.output()).toContain(
      `${review.suspects.length} suspects of 1,797 rows in audit, 4 decided`,
    );
    const again = await open();
    expect([await tally(again.page), await title(again.page)]).toEqual([of(4), rowTitle(4)]);
    await again.context.close();
    // what the browser says of requests that reach nobody, or the new server with the old key, is no fault of the page
    expect(complaints.filter((text) => !/ERR_CONNECTION_REFUSED|401/.test(text))).toEqual([]);
    await context.close();
  });

  test('are taken back by u, which shows the row again', async () => {
    const { page, context } = await open();
    await press(page, 'a', 1);
    await press(page, 'u', 0);
    expect(await title(page)).toBe(rowTitle(0));
    expect((await answers()).map(([, , answer]) => answer)).toEqual([row(0).suggested, 'undo']);
    await page.keyboard.press('u');
    await page.getByText('nothing to take back of ann').waitFor();
    await context.close();
  });

  test('are decided on two pages at once, and on the same row only after a look', async () => {
    const [ann, bob] = await Promise.all([open(), open()]);
    await bob.page.getByLabel('You are').fill('bob');
    await bob.page.getByLabel('You are').press('Tab');
    await press(ann.page, 'k', 1);
    // the other page sees it without being loaded
    await bob.page.locator('#tally strong', { hasText: of(1) }).waitFor();
    await bob.page.getByText('ann decided: ').waitFor();
    await bob.page.keyboard.press('ArrowRight');
    for (const { page } of [ann, bob]) {
      await page.getByText(rowTitle(1), { exact: true }).waitFor();
    }
    await Promise.all([ann.page.keyboard.press('a'), bob.page.keyboard.press('x')]);
    const refused = async ({ page }: typeof ann) =>
      page.getByText('decided on this row meanwhile').isVisible();
    await expect
      .poll(async () => [await refused(ann), await refused(bob)].sort())
      .toEqual([...[false, true]]);
    const late = (await refused(ann)) ? ann : bob;
    await late.page.keyboard.press('x');
    await late.page.getByText(rowTitle(2), { exact: true }).waitFor();
    const on = (await answers()).filter(([own]) => own === row(1).row);
    expect(on.map(([, author]) => author).sort()).toEqual(['ann', 'bob']);
    expect(await answers()).toHaveLength(3);
    await ann.context.close();
    await bob.context.close();
  });

  test('are listed by pairs of classes and by what is decided', async () => {
    const { page, context } = await open();
    await press(page, 'a', 1);
    const listed = page.locator('article .place');
    await page.getByLabel('Suspects', { exact: true }).selectOption('decided');
    await page.getByText('1 of 1 listed').waitFor();
    expect(await title(page)).toBe(rowTitle(0));
    await page.getByLabel('Suspects', { exact: true }).selectOption('all');
    await page.getByText(`of ${review.suspects.length} listed`).waitFor();
    const { given, suggested } = row(0);
    const same = review.suspects.filter(
      (own) => own.given === given && own.suggested === suggested,
    ).length;
    await page.getByLabel('Given → suggested').selectOption(`${given} → ${suggested}`);
    await page.getByText(`of ${same} listed`).waitFor();
    expect(await listed.textContent()).toBe(`1 of ${same} listed`);
    await page.waitForURL(/[?&]pair=/);
    await page.reload();
    await page.getByText(`1 of ${same} listed`).waitFor();
    await context.close();
  });

  test('many are in sight at once, and decided by keys there, too', async () => {
    const { page, context, complaints } = await open('?view=grid');
    const marked = page.locator('[role=option][aria-selected=true]');
    await marked.waitFor();
    const cells = page.locator('[role=option]');
    const drawn = await cells.count();
    expect(drawn).toBeLessThan(review.suspects.length / 2);
    expect(await marked.getAttribute('id')).toBe(`suspect-${row(0).row}`);
    await page.keyboard.press('ArrowRight');
    await press(page, 'k', 1);
    expect(await page.locator(`#suspect-${row(1).row} .state`).textContent()).toContain(
      `✓ ${row(1).given}`,
    );
    expect(await marked.getAttribute('id')).toBe(`suspect-${row(2).row}`);
    await page.keyboard.press('ArrowDown');
    const columns = await cells.evaluateAll(
      (own) =>
        own.filter(
          (cell) => cell.getBoundingClientRect().top === own[0]?.getBoundingClientRect().top,
        ).length,
    );
    expect(await marked.getAttribute('id')).toBe(`suspect-${row(2 + columns).row}`);
    const box = page.getByRole('listbox', { name: 'Suspects' });
    await box.evaluate((own) => own.scrollTo(0, own.scrollHeight));
    await page.locator(`#suspect-${row(review.suspects.length - 1).row}`).waitFor();
    expect(await cells.count()).toBeLessThan(2 * drawn);
    await page.locator(`#suspect-${row(review.suspects.length - 1).row}`).dblclick();
    await page.getByText(rowTitle(review.suspects.length - 1), { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('of ten thousand suspects no more are drawn than are in sight', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/api/suspects?*', (route) => {
      const offset = Number(new URL(route.request().url()).searchParams.get('offset'));
      const items = Array.from({ length: Math.min(500, 10_000 - offset) }, (_, i) => ({
        ...{ row: offset + i + 1, rank: offset + i + 1, given: '1', suggested: '2' },
        ...{ pWrong: 0.9, pSuggested: 0.8 },
      }));
      return route.fulfill({ json: { total: 10_000, items } });
    });
    await page.route('**/picture', (route) => route.abort());
    await page.goto(`${lab.url}?view=grid`);
    await page.getByText('10,000 listed').waitFor();
    const box = page.getByRole('listbox', { name: 'Suspects' });
    const most = await box.evaluate(async (own) => {
      const counts: number[] = [];
      for (let i = 0; i <= 8; i++) {
        own.scrollTo(0, (own.scrollHeight * i) / 8);
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        counts.push(own.querySelectorAll('[role=option]').length);
      }
      return Math.max(...counts);
    });
    expect(most).toBeLessThan(150);
    await page.locator('#suspect-10000').waitFor({ state: 'attached' });
    await context.close();
  });

  test('labels that were added in memory are not written, and the page says why', async () => {
    const { page, context } = await open();
    await press(page, 'a', 1);
    await page.getByRole('button', { name: 'Write', exact: true }).click();
    await page.getByText('the labels of the audit are those of the data with noise').waitFor();
    await context.close();
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('all can be used in %s, %i pixels wide', async (colorScheme, width) => {
    for (const view of ['', '?view=grid']) {
      const options = { colorScheme, viewport: { width, height: 800 } };
      const { page, context, complaints } = await visit(browser, `${lab.url}${view}`, options);
      await page
        .locator(view === '' ? '#suspect-title' : '[role=option]')
        .first()
        .waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(complaints).toEqual([]);
      await context.close();
    }
  });
});

describe.runIf(chromiumPath !== undefined)('labels of a table', { timeout: 240_000 }, () => {
  test('are decided, and written to a new file, the data as they were', async () => {
    const cwd = folder();
    cpSync(await makeAudit(cwd), join(cwd, 'found'), { recursive: true });
    const before = readFileSync(join(cwd, 'data.csv'), 'utf8');
    const { suspects } = await openReview(join(cwd, 'found'));
    const first = suspects[0]!;
    const [browser, lab] = await Promise.all([launchChromium(), startLabProcess(['found'], cwd)]);
    try {
      const { page, complaints } = await visit(browser, lab.url);
      await page.locator('#suspect-title').waitFor();
      const [key, x, y] = (before.split('\n')[first.row] ?? '').split(',');
      expect(await page.locator('article .ids').textContent()).toBe(`key ${key}`);
      const cells = await page.locator('article .content dl div').allTextContents();
      expect(cells.map((text) => text.replaceAll(/\s+/g, ' ').trim())).toEqual([
        `x ${Number(x)}`,
        `y ${Number(y)}`,
      ]);
      const write = page.getByRole('button', { name: 'Write', exact: true });
      await write.click();
      const note = page.locator('[aria-labelledby=apply-title] [role=alert] p');
      await note.waitFor();
      expect(await note.textContent()).toBe(
        'found: expected decisions in review.jsonl, or a rule for rows that nobody decided on, received none; review the suspects, or take the suggested classes (“Give other rows the suggested class”)',
      );
      await page.keyboard.press('a');
      await page.locator('#tally strong', { hasText: '1 of 4' }).waitFor();
      await write.click();
      await page.getByText('1 of 60 rows has another label').waitFor();
      const lines = before.split('\n');
      lines[first.row] = [key, x, y, first.suggested].join();
      expect(readFileSync(join(cwd, 'corrected.csv'), 'utf8')).toBe(lines.join('\n'));
      await write.click();
      await note.waitFor();
      expect(await note.textContent()).toMatch(
        /corrected\.csv: expected no such file yet, received an earlier one; choose another with “File”$/,
      );
      expect(readFileSync(join(cwd, 'data.csv'), 'utf8')).toBe(before);
      await page.getByRole('button', { name: 'Measure', exact: true }).click();
      const table = page.getByRole('region', { name: 'Accuracy before and after, in percent' });
      await table.waitFor({ timeout: 90_000 });
      const shown = await table.locator('tbody tr').first().locator('th, td').allTextContents();
      const { stdout } = await symloss(['apply', 'found', '--retrain'], cwd);
      const printed = /^(test labels as given) +(.*)$/m.exec(stdout)?.slice(1, 3) ?? [];
      expect(shown.slice(0, 5).map((text) => text.replace('\u00a0', ' '))).toEqual([
        printed[0],
        ...(printed[1] ?? '').split(/ {2,}/).slice(0, 4),
      ]);
      // the answer 400 is an error to the browser's console
      expect(complaints.filter((text) => !text.includes('status of 400'))).toEqual([]);
    } finally {
      await browser.close();
      await lab.end('SIGKILL');
    }
  });
});
