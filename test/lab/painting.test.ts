import { describe, expect, test } from 'vitest';
import { formatPercent } from '../../web/parts/numbers.ts';
import { parsePoints, snapped } from '../../web/rooms/train/painted.ts';
import { paintedScene, viewOf } from '../../web/rooms/train/scene.ts';
import type { State } from '../../web/rooms/train/state.ts';
import { defaults } from '../../web/rooms/train/state.ts';
import { settingsOf } from '../../web/rooms/train/training.ts';
import { chromiumPath, noChromium } from '../report/chromium.ts';
import { train } from '../train/package.ts';
import { accessibilityFaults, labInBrowser, openLab } from './site.ts';
import { facts, trained } from './training.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

describe.runIf(chromiumPath !== undefined)('painting in the page', { timeout: 180_000 }, () => {
  const lab = labInBrowser();

  test('points are painted, erased and cleared, and both networks learn them', async () => {
    const { page, complaints } = await openLab(lab, '#/train?on=painted&epochs=30&model=mlp:32', {
      viewport: { width: 1280, height: 1100 }, // the whole paper in sight
    });
    const paper = page.getByRole('application');
    expect(await page.locator('.training').count()).toBe(0);
    const box = (await paper.boundingBox())!;
    const click = (x: number, y: number) =>
      page.mouse.click(box.x + x * box.width, box.y + y * box.height);
    await click(0.2, 0.2);
    await click(0.25, 0.3);
    await page.getByRole('radio', { name: 'Orange' }).check();
    await page.mouse.move(box.x + 0.6 * box.width, box.y + 0.8 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.9 * box.width, box.y + 0.8 * box.height, { steps: 30 });
    // a stroke is one change, which waits for its end
    expect(page.url()).not.toMatch(/points=[\w-]{7}/);
    await page.mouse.up();
    await page.waitForURL(/[?&]points=[\w-]{9}/);
    const points = () => parsePoints(/points=([\w-]+)/.exec(page.url())?.[1] ?? '');
    expect(points().slice(0, 2)).toEqual([
      { x: snapped(-0.9), y: snapped(0.9), kind: 0 },
      { x: snapped(-0.75), y: snapped(0.6), kind: 0 },
    ]);
    const stroke = points().slice(2);
    expect(stroke.length).toBeGreaterThan(4);
    expect(stroke.every(({ kind, y }) => kind === 1 && y === stroke[0]?.y)).toBe(true);
    await trained(page);
    const state: State = {
      ...defaults,
      subject: 'painted',
      noiseRate: 0,
      model: 'mlp:32',
      epochs: 30,
    };
    const scene = paintedScene(points(), state);
    const model = await train({ data: scene.data, loss: 'ce', ...settingsOf(state) });
    const { probs } = await model.predictDataset(scene.asked);
    const { accuracy } = viewOf(
      scene,
      probs.flatMap((row) => [...row]),
    );
    expect((await facts(page, 'accuracy'))[0]).toBe(formatPercent(accuracy));
    await page.reload();
    await page.getByText(`${points().length} points.`).waitFor();
    await page.getByRole('radio', { name: 'Erase' }).check();
    await page.mouse.click(box.x + 0.2 * box.width, box.y + 0.2 * box.height);
    await page.getByText(`${points().length - 1} points.`).waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('0 points.').waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.training').length === 0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('points are painted by keyboard', async () => {
    const { page } = await openLab(lab, '#/train?on=painted');
    await page.getByRole('application').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('3');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const said = page.locator('.said');
    expect(await said.innerText()).toBe('0.5, 0.1: Green point, 2 in all');
    await page.waitForURL(/[?&]points=[\w-]{6}/);
    expect(parsePoints(/points=([\w-]+)/.exec(page.url())?.[1] ?? '')).toEqual([
      { x: snapped(0), y: snapped(0), kind: 0 },
      { x: snapped(0.5), y: snapped(0.1), kind: 2 },
    ]);
    await page.keyboard.press('Delete');
    await page.getByText('1 point.').waitFor();
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'in %s it is accessible and fits a phone',
    async (colorScheme) => {
      const options = { colorScheme, viewport: { width: 390, height: 844 }, hasTouch: true };
      const address = '#/train?on=painted&epochs=10&model=linear';
      const { page, complaints } = await openLab(lab, address, options);
      await page.getByRole('button', { name: 'Fill with blobs' }).tap();
      await page.getByText('90 points.').waitFor();
      await page.getByRole('application').tap({ position: { x: 20, y: 30 } });
      await page.getByText('91 points.').waitFor();
      await trained(page);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
