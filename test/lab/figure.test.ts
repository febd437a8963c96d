import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/losses/index.ts';
import { readState } from '../../web/rooms/figure/state.ts';
import { gapOf, pathScores } from '../../web/rooms/losses/path.ts';
import { chromiumPath, noChromium } from '../report/chromium.ts';
import { accessibilityFaults, labInBrowser, openLab } from './site.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

test('what an address cannot mean is the default', () => {
  const usual = { figure: 'parts', spec: 'ce', vs: '', among: [], k: 3, isUnit: false };
  expect(readState({})).toEqual(usual);
  expect(readState({ show: 'x', k: '1', spec: '', scale: 'y' })).toEqual(usual);
  expect(
    readState({ show: 'tangent', spec: 'mae', vs: 'ce', among: 'ce;mae', k: '10', scale: 'unit' }),
  ).toEqual({
    figure: 'tangent',
    spec: 'mae',
    vs: 'ce',
    among: ['ce', 'mae'],
    k: 10,
    isUnit: true,
  });
});

describe.runIf(chromiumPath !== undefined)('a figure by itself', { timeout: 60_000 }, () => {
  const lab = labInBrowser();

  test('shows the parts of the loss that is chosen', async () => {
    const { page, complaints } = await openLab(lab, '#/figure?show=parts&spec=ce&among=ce;mae');
    expect(await page.getByRole('navigation').count()).toBe(0);
    await page.getByLabel('Loss').selectOption('mae');
    await page.getByText('Show the numbers').click();
    const cells = page.locator('tbody tr').nth(10).locator('th, td');
    await cells.first().waitFor();
    const [p = 0, value, symmetric, insensitive] = (await cells.allInnerTexts()).map((text) =>
      Number(text.replace('−', '-')),
    );
    const scores = [...pathScores([gapOf(p, 3)], 3)];
    const all = [0, 1, 2].map(
      (label) => evaluate('mae', [scores], [label]).values[0] ?? Number.NaN,
    );
    const mean = all.reduce((a, b) => a + b) / 3;
    // four digits are shown
    const shown = [all[0] ?? 0, (all[0] ?? 0) - mean, mean].map((own) =>
      Number(own.toPrecision(4)),
    );
    expect([value, symmetric, insensitive]).toEqual(shown);
    const link = page.getByRole('link', { name: 'All of it, in the lab' });
    expect(await link.getAttribute('href')).toBe('#/losses?spec=mae&vs=&k=3');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('has a slider on the way from one loss to another', async () => {
    const { page } = await openLab(lab, '#/figure?show=gradient&spec=sgce:q=0.4&k=10&scale=unit');
    const slider = page.getByLabel('q', { exact: true });
    await slider.focus();
    await page.keyboard.press('End');
    await page.getByText('unit(sgce:q=1)').first().waitFor();
    expect(await page.locator('output').innerText()).toBe('1');
    await page.close();
  });

  test('says what is wrong with a loss', async () => {
    const { page } = await openLab(lab, '#/figure?spec=gce:q=7');
    expect(await page.getByRole('alert').innerText()).toContain('received 7');
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'is accessible, and fits a phone, %s',
    async (colorScheme) => {
      const options = { colorScheme, viewport: { width: 340, height: 500 } };
      const { page } = await openLab(lab, '#/figure?show=tangent&spec=sgce:q=0.4&vs=ce', options);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(340);
      await page.close();
    },
  );
});
