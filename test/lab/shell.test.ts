import { describe, expect, test } from 'vitest';
import { chromiumPath, noChromium } from '../report/chromium.ts';
import { accessibilityFaults, labInBrowser, openLab } from './site.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

const rooms = ['losses', 'train', 'results', 'review'];

describe.runIf(chromiumPath !== undefined)('the lab in a browser', { timeout: 120_000 }, () => {
  const lab = labInBrowser();

  test('opens at its first room, and the navigation leads to the others', async () => {
    const { page, complaints } = await openLab(lab);
    const current = page.locator('nav [aria-current=page]');
    expect(await current.textContent()).toBe('Losses');
    expect(await page.title()).toBe('Losses · symloss lab');
    for (const name of ['Train', 'Results', 'Review', 'Losses']) {
      await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name }).click();
      await page.waitForFunction((title) => document.title.startsWith(title), name);
      expect(await current.textContent()).toBe(name);
      expect(page.url()).toBe(`${lab.site.address}#/${name.toLowerCase()}`);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    }
    await page.goBack();
    await page.waitForFunction(() => document.title.startsWith('Review'));
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('comes back to a room as it was left', async () => {
    const { page } = await openLab(lab, '#/losses?spec=mae&vs=');
    const navigation = page.getByRole('navigation', { name: 'Rooms' });
    await navigation.getByRole('link', { name: 'Train' }).click();
    await page.waitForFunction(() => document.title.startsWith('Train'));
    await navigation.getByRole('link', { name: 'Losses' }).click();
    await page.waitForFunction(() => document.title.startsWith('Losses'));
    expect(page.url()).toBe(`${lab.site.address}#/losses?spec=mae&vs=`);
    expect(await page.locator('#first-spec').inputValue()).toBe('mae');
    await page.close();
  });

  test('says so where there is no such room', async () => {
    const { page } = await openLab(lab, '#/attic');
    expect(await page.locator('main').textContent()).toContain('The address names “attic”.');
    await page.getByRole('link', { name: 'Go to Losses' }).click();
    await page.waitForFunction(() => document.title.startsWith('Losses'));
    await page.close();
  });

  test('is light or dark as the system is, or as the switch says, which is remembered', async () => {
    const { page } = await openLab(lab, '#/train', { colorScheme: 'dark' });
    const background = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(await background()).toBe('rgb(17, 19, 23)');
    await page.getByRole('radio', { name: 'Light' }).check();
    expect(await background()).toBe('rgb(246, 245, 242)');
    await page.reload();
    expect(await page.getByRole('radio', { name: 'Light' }).isChecked()).toBe(true);
    expect(await background()).toBe('rgb(246, 245, 242)');
    await page.getByRole('radio', { name: 'Auto' }).check();
    expect(await background()).toBe('rgb(17, 19, 23)');
    await page.close();
  });

  test('is used by keyboard: past the navigation, and from room to room', async () => {
    const { page } = await openLab(lab, '#/train');
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    expect(page.url()).toBe(`${lab.site.address}#/train`);
    const back: (string | undefined)[] = [];
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Shift+Tab');
      back.push(await focused());
    }
    // the switch of colours has no text of its own
    expect(back).toEqual(['', 'Review', 'Results', 'Train', 'Losses']);
    await page.close();
  });

  test.each(rooms)('%s has no serious fault of accessibility, light and dark', async (room) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await openLab(lab, `#/${room}`, { colorScheme });
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.close();
    }
  });

  test.each(rooms)('%s fits a phone', async (room) => {
    const { page } = await openLab(lab, `#/${room}`, {
      viewport: { width: 390, height: 800 },
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
    await page.close();
  });
});
