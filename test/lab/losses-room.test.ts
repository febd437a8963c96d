import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { decompose, evaluate, parseLoss, sgceSmoothness } from '../../src/losses/index.ts';
import { pathScores } from '../../web/rooms/losses/path.ts';
import { probabilities } from '../../web/rooms/losses/subject.ts';
import { chromiumPath, noChromium } from '../report/chromium.ts';
import { tolerances } from '../tolerances.ts';
import { accessibilityFaults, labInBrowser, openLab } from './site.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

/** A number as the page writes it. */
function read(text: string | null | undefined): number {
  const [, mantissa = 'NaN', power = ''] =
    /(−?[\d.]+)(?: × 10([⁻⁰-⁹¹²³]+))?/.exec(text ?? '') ?? [];
  const exponent = power
    .replace('⁻', '-')
    .replaceAll(/[⁰-⁹¹²³]/g, (digit) => String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)));
  return Number(mantissa.replace('−', '-')) * 10 ** Number(exponent);
}

describe.runIf(chromiumPath !== undefined)('the room of losses', { timeout: 120_000 }, () => {
  const lab = labInBrowser();

  /** What is said of each loss. */
  const facts = (page: Page, name: string): Promise<string[]> =>
    page
      .locator(`[data-fact=${name}] dd`)
      .allTextContents()
      .then((texts) => texts.map((text) => text.trim()));

  const panel = (page: Page, title: string) => page.getByRole('region', { name: title });

  /** The numbers behind a figure, by rows. */
  async function numbers(page: Page, title: string, figure = 0): Promise<number[][]> {
    const own = panel(page, title).locator('figure').nth(figure);
    await own.locator('summary').click();
    await own.locator('tbody tr').first().waitFor();
    const rows = await own.locator('tbody tr').all();
    return Promise.all(
      rows.map(async (row) => (await row.locator('th, td').allTextContents()).map(read)),
    );
  }

  async function openTables(page: Page): Promise<void> {
    for (const figure of await page.locator('figure:has(summary)').all()) {
      await figure.locator('summary').click();
      await figure.locator('tbody tr').first().waitFor();
    }
  }

  test('opens with sgce beside cross-entropy, without a complaint', async () => {
    lab.site.sent();
    const start = performance.now();
    const { page, complaints } = await openLab(lab);
    await panel(page, 'Map of three classes').waitFor();
    const bytes = lab.site.sent();
    console.info(`the first room: ${bytes} bytes, ${Math.round(performance.now() - start)} ms`);
    expect(bytes).toBeLessThan(1_500_000);
    expect(await facts(page, 'symmetric')).toEqual(['yes: symmetric', 'no']);
    expect(await facts(page, 'row-sum')).toEqual(['0 everywhere', '3.3 to 16']);
    expect(await facts(page, 'minimum')).toEqual(['p = 1, unmoved', 'p = 0.6, moved from 1']);
    const slope = await facts(page, 'slope');
    // k^−q for sgce, 1 for cross-entropy (docs/theory.md)
    expect(slope.map(read)).toEqual([Number((3 ** -0.4).toPrecision(4)), 1]);
    expect((await facts(page, 'smoothness')).map(read)).toEqual([
      Number(sgceSmoothness(0.4, 3).toPrecision(4)),
      0.5,
    ]);
    // measured in a worker
    const smooth = page.locator('[data-property=smooth]').first();
    await smooth.waitFor();
    expect(await smooth.textContent()).toContain('holds');
    await page.locator('[data-property=symmetric]').nth(1).waitFor();
    expect(await page.locator('[data-property=symmetric]').nth(1).textContent()).toContain('fails');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows a sum over the labels that is flat for a symmetric loss', async () => {
    const { page } = await openLab(lab, '#/losses?spec=sgce:q=0.4&vs=mae&k=10');
    const rows = await numbers(page, 'Sum over all labels');
    expect(rows.length).toBeGreaterThan(15);
    for (const [, sgce = Number.NaN, mae = Number.NaN] of rows) {
      expect(Math.abs(sgce)).toBeLessThan(tolerances.float64);
      expect(Math.abs(mae - 9)).toBeLessThan(tolerances.float64);
    }
    await page.close();
  });

  test.each([
    ['ce', 3],
    ['unhinged', 3],
    ['gce:q=0.4', 10],
  ] as const)('shows the parts of %s at k = %d as the library has them', async (spec, k) => {
    const { page } = await openLab(lab, `#/losses?spec=${spec}&vs=&k=${k}`);
    const rows = await numbers(page, 'Two parts of every loss');
    expect(rows).toHaveLength(21);
    const { symmetric } = decompose(parseLoss(spec).classLoss);
    for (const [i, [p, value, symmetricPart, insensitivePart]] of rows.entries()) {
      const exact = probabilities[7 * i] as number;
      expect(p).toBe(Number(exact.toPrecision(3)));
      const scores = [Array.from(pathScores([Math.log((exact / (1 - exact)) * (k - 1))], k))];
      const expected = [
        evaluate(spec, scores, [0]).values[0],
        evaluate(symmetric, scores, [0]).values[0],
        evaluate(spec, scores, [new Array<number>(k).fill(1 / k)]).values[0],
      ];
      const shown = [value, symmetricPart, insensitivePart];
      for (const [j, number] of expected.entries()) {
        const size = Math.max(Math.abs(number as number), tolerances.float64);
        const difference = Math.abs((shown[j] as number) - (number as number));
        expect(difference).toBeLessThan(tolerances.fourDigits * size + tolerances.float64);
      }
    }
    await page.close();
  });

  test('is used by keyboard: the loss, a slider, and the address follows', async () => {
    const { page, complaints } = await openLab(lab, '#/losses?vs=');
    const focused = () => page.evaluate(() => document.activeElement?.id);
    for (let i = 0; i < 12 && (await focused()) !== 'first-loss'; i++) {
      await page.keyboard.press('Tab');
    }
    expect(await focused()).toBe('first-loss');
    await page.keyboard.type('alpha');
    expect(await page.locator('#first-spec').inputValue()).toBe('alpha-mae:alpha=0.1,form=mix');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('first-spec');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('first-alpha');
    const before = await facts(page, 'smoothness');
    for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowRight');
    expect(await page.locator('#first-spec').inputValue()).toBe('alpha-mae:alpha=0.2,form=mix');
    await page.waitForFunction(() => location.hash.includes('spec=alpha-mae:alpha=0.2,form=mix'));
    // the bound is α/(3√3) (docs/theory.md)
    const bound = (alpha: number) => Number((alpha / (3 * Math.sqrt(3))).toPrecision(4));
    expect(before.map(read)).toEqual([bound(0.1)]);
    expect((await facts(page, 'smoothness')).map(read)).toEqual([bound(0.2)]);
    await page.keyboard.press('End');
    expect(await page.locator('#first-spec').inputValue()).toBe('alpha-mae:alpha=1,form=mix');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('draws the way from unhinged to MAE, and the map that the address names', async () => {
    const { page } = await openLab(lab, '#/losses?vs=&k=10&show=noisy');
    expect(await panel(page, 'Which rows count most').locator('.lead').textContent()).toContain(
      'Thin lines: other values of the parameter, from unhinged to mean absolute error.',
    );
    const rows = await numbers(page, 'Which rows count most');
    // p, six losses on the way, and sgce:q=0.4, which is the third of them
    for (const row of rows) expect(row[7]).toBe(row[3]);
    const last = rows.map(([, , , , , , mae]) => mae as number);
    // MAE follows rows in the middle only
    expect(last.indexOf(Math.max(...last))).toBe(10);
    expect(await page.getByRole('radio', { name: 'Under noise' }).isChecked()).toBe(true);
    await page.getByRole('radio', { name: 'Gradient' }).check();
    await page.waitForFunction(() => location.hash.includes('show=gradient'));
    await page.close();
  });

  test('each example leads to losses that can be shown', async () => {
    const { page, complaints } = await openLab(lab);
    const links = page.getByRole('navigation', { name: 'Examples' }).getByRole('link');
    expect(await links.count()).toBe(4);
    for (const link of await links.all()) {
      await link.click();
      const address = await link.getAttribute('href');
      await page.waitForFunction((hash) => location.hash === hash, address);
      const asked = new URLSearchParams(address?.split('?')[1]);
      expect(await page.locator('#first-spec').inputValue()).toBe(asked.get('spec'));
      expect(await facts(page, 'slope')).toHaveLength(asked.get('vs') === '' ? 1 : 2);
      expect(await page.getByRole('alert').count()).toBe(0);
    }
    await links.nth(2).click();
    // what symmetrizing leaves of the mean over all labels
    const flat = panel(page, 'Map of three classes').getByText('0 everywhere');
    await flat.waitFor();
    expect(await flat.count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('says what is wrong with a spec, as the library does, and keeps the figures', async () => {
    const { page } = await openLab(lab);
    const spec = page.locator('#first-spec');
    await spec.fill('sgce:q=2');
    expect(await page.locator('#first-spec-note').textContent()).toContain(
      'loss sgce, q: expected a number in (0, 1], received 2',
    );
    expect(await spec.getAttribute('aria-invalid')).toBe('true');
    expect(await facts(page, 'row-sum')).toHaveLength(2);
    await spec.fill('symmetrize(focal:gamma=2)');
    expect(await spec.getAttribute('aria-invalid')).toBeNull();
    expect((await facts(page, 'symmetric'))[0]).toBe('yes: symmetric');
    expect(
      await page
        .getByRole('checkbox', { name: /^Symmetrize/ })
        .first()
        .isChecked(),
    ).toBe(true);
    await page.close();
  });

  test('shows one loss where the address names another that does not exist', async () => {
    const { page, complaints } = await openLab(lab, '#/losses?spec=nosuch&vs=ce');
    expect(await page.getByRole('alert').first().textContent()).toContain('"nosuch"');
    expect(await facts(page, 'symmetric')).toEqual(['no']);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows a loss beside itself, and a loss alone beside what noise makes of it', async () => {
    const { page, complaints } = await openLab(lab, '#/losses?spec=ce&vs=ce');
    const maps = panel(page, 'Map of three classes').getByRole('heading', { level: 3 });
    expect(await maps.allTextContents()).toEqual(['ce', 'ce']);
    await page.locator('#second-loss').selectOption('(nothing)');
    expect(await maps.allTextContents()).toEqual(['Loss', 'Under noise']);
    expect(await panel(page, 'Map of three classes').locator('.ternary-minimum').count()).toBe(2);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('says what of a loss with a memory, views or batch terms is not shown', async () => {
    for (const [spec, words] of [
      ['elr', 'remembers rows'],
      ['gjs', 'two views'],
      ['anl-ce+er', 'a term over the whole batch'],
    ] as const) {
      const { page } = await openLab(lab, `#/losses?vs=&spec=${encodeURIComponent(spec)}`);
      expect(await page.locator('.facts .facts-note').textContent()).toContain(words);
      await page.close();
    }
  });

  test('scales losses to the slope of cross-entropy', async () => {
    const { page } = await openLab(lab, '#/losses?k=100&scale=unit');
    expect((await facts(page, 'slope')).map(read)).toEqual([1, 1]);
    expect(await page.locator('.facts h3').first().textContent()).toContain('unit(sgce:q=0.4)');
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'with its tables open, accessible in %s',
    async (colorScheme) => {
      const { page } = await openLab(lab, '#/losses?k=10', { colorScheme });
      await openTables(page);
      await page.locator('[data-property=smooth]').nth(1).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.close();
    },
  );

  test('fits a phone, with all that is folded away open', async () => {
    const { page } = await openLab(lab, '#/losses?spec=bi-tempered', {
      viewport: { width: 390, height: 800 },
    });
    await page.getByText('Comparison, classes and noise').click();
    await openTables(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
    const edges = await page
      .locator('main svg, main input, main select')
      .evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect().right));
    expect(Math.max(...edges)).toBeLessThanOrEqual(390);
    await page.close();
  });
});
