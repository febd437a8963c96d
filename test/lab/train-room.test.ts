import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fromNumbers } from '../../src/core/index.ts';
import { digits } from '../../src/data/formats/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { parseDigits } from '../../web/rooms/train/digits.ts';
import { digitScene, gridSize, planeScene, viewOf } from '../../web/rooms/train/scene.ts';
import { classCount, makePoints, shapes } from '../../web/rooms/train/shapes.ts';
import type { State } from '../../web/rooms/train/state.ts';
import { defaults, readState } from '../../web/rooms/train/state.ts';
import { settingsOf } from '../../web/rooms/train/training.ts';
import { chromiumPath, noChromium } from '../report/chromium.ts';
import { train } from '../train/package.ts';
import { accessibilityFaults, labInBrowser, openLab } from './site.ts';
import { facts, trained } from './training.ts';

if (chromiumPath === undefined) console.info(`skipped: ${noChromium}`);

/** Training in the page and in Node differ by the last bits of float32, which may move a point at a border, of 900. */
const differingPoints = 9;

describe('points', () => {
  test.each(shapes)(
    'of %s: the same seed gives the same, with the share of wrong labels',
    (shape) => {
      const points = makePoints(shape, 3000, 0.4, 5);
      expect(makePoints(shape, 3000, 0.4, 5)).toEqual(points);
      expect(makePoints(shape, 3000, 0.4, 6).features).not.toEqual(points.features);
      const wrong = points.labels.filter((label, i) => label !== points.trueLabels[i]).length;
      // five standard deviations of a binomial of 3000 with 0.4
      expect(Math.abs(wrong / 3000 - 0.4)).toBeLessThan(5 * Math.sqrt((0.4 * 0.6) / 3000));
      expect(makePoints(shape, 300, 0, 5).labels).toEqual(makePoints(shape, 300, 0, 5).trueLabels);
    },
  );

  test('are measured by what the network says of them', () => {
    const scene = planeScene('rings', { ...defaults, noiseRate: 0.3 });
    const { trueLabels, testLabels } = scene;
    const { labels } = scene.data;
    const says = (classes: Iterable<number>) =>
      Array.from(classes).flatMap((label) =>
        Array.from({ length: classCount }, (_, c) => Number(c === label)),
      );
    const grid = new Array<number>(gridSize * gridSize).fill(0);
    const wrongCount = labels.filter((label, i) => label !== trueLabels[i]).length;
    const asGiven = viewOf(scene, says([...grid, ...labels, ...testLabels]));
    expect(asGiven).toMatchObject({ memorisedCount: wrongCount, wrongCount, accuracy: 1 });
    const next = testLabels.map((label) => (label + 1) % classCount);
    const right = viewOf(scene, says([...grid, ...trueLabels, ...next]));
    expect(right).toMatchObject({ memorisedCount: 0, wrongCount, accuracy: 0 });
  });
});

describe('digits', () => {
  const text = gunzipSync(readFileSync(new URL('../../data/digits.csv.gz', import.meta.url)));
  const read = parseDigits(text.toString('utf8'));

  test('are those of the library', async () => {
    const { features, labels, classes } = await digits();
    expect(Float32Array.from(read.features.flat())).toEqual(features);
    expect(Array.from(read.labels, String)).toEqual(Array.from(labels, (label) => classes[label]));
  });

  test('are parted into some to learn, with wrong labels, and the others', () => {
    const scene = digitScene(read, { ...defaults, noiseRate: 0.4 });
    expect([scene.data.labels.length, scene.testLabels.length]).toEqual([1198, 599]);
    const sum = (values: Iterable<number>) => Array.from(values).reduce((a, b) => a + b, 0);
    expect(sum(scene.asked.features as Float32Array)).toBe(sum(read.features.flat()));
    const { labels } = scene.data;
    const wrong = labels.filter((label, i) => label !== scene.trueLabels[i]).length;
    expect(Math.abs(wrong / 1198 - 0.4)).toBeLessThan(5 * Math.sqrt((0.4 * 0.6) / 1198));
    expect(scene.asked.labels).toHaveLength(1797);
  });
});

test('what an address cannot mean is the default', () => {
  expect(readState({})).toEqual(defaults);
  expect(readState({ on: 'x', noise: '2', seed: '-1', model: 'y', epochs: '1e9' })).toEqual(
    defaults,
  );
  expect(readState({ device: 'cuda', missing: 'drop' })).toEqual(defaults);
  expect(readState({ device: 'webgpu' })).toEqual({ ...defaults, device: 'webgpu' });
  expect(readState({ on: 'table', missing: 'drop' }).missing).toBe('drop');
  expect(readState({ on: 'table', missing: 'drop-unlabelled' }).missing).toBe('drop-unlabelled');
  expect(readState({ on: 'table', missing: 'error' }).missing).toBe('impute');
  expect(readState({ on: 'digits' })).toEqual({ ...defaults, subject: 'digits', epochs: 60 });
  expect(readState({ on: 'rings', noise: '0', seed: '7', loss: 'mae', epochs: '30' })).toEqual({
    ...defaults,
    ...{ subject: 'rings', noiseRate: 0, seed: 7, losses: ['mae', defaults.losses[1]], epochs: 30 },
  });
});

describe.runIf(chromiumPath !== undefined)('the room of training', { timeout: 180_000 }, () => {
  const lab = labInBrowser();

  const address = '#/train?on=spirals&noise=0.4&model=mlp:32&epochs=40';
  const state: State = { ...defaults, subject: 'spirals', model: 'mlp:32', epochs: 40 };

  const statesOf = (page: Page) => page.locator('.training [role=status]').allInnerTexts();

  const scene = planeScene('spirals', state);

  /** What Node's network of the same settings says. */
  async function inNode(loss: string) {
    const model = await train({ data: scene.data, loss, ...settingsOf(state) });
    const { probs } = await model.predictDataset(scene.asked);
    return viewOf(
      scene,
      probs.flatMap((row) => [...row]),
    );
  }

  test('trains two networks as Node does, and the file that it gives runs there', async () => {
    const { page, complaints } = await openLab(lab, address);
    await trained(page);
    for (const [i, loss] of state.losses.entries()) {
      const view = await inNode(loss);
      const [accuracy = Number.NaN] = (await facts(page, 'accuracy'))
        .slice(i)
        .map(Number.parseFloat);
      const allowed = (100 * differingPoints) / scene.testLabels.length;
      expect(Math.abs(accuracy - 100 * view.accuracy)).toBeLessThan(allowed);
      expect(view.accuracy).toBeGreaterThan(1 / classCount);
      expect((await facts(page, 'memorised'))[i]).toMatch(
        new RegExp(`^\\d+ of ${view.wrongCount}$`),
      );
    }
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).first().click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('ce.onnx');
    const network = await nodeRunner().load(new Uint8Array(readFileSync(await file.path())));
    // of the points that the page measures on, the file has as many right
    const { length } = scene.testLabels;
    const points = (scene.asked.features as Float32Array).slice(-2 * length);
    const { label } = await network.run({ features: fromNumbers('float32', [length, 2], points) });
    const right = scene.testLabels.filter(
      (own, i) => scene.data.classes[own] === String(label?.data[i]),
    );
    const [shown = Number.NaN] = (await facts(page, 'accuracy')).map(Number.parseFloat);
    expect(Math.abs((100 * right.length) / length - shown)).toBeLessThan(100 / length);
    await network.dispose();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('trains on the digits, and draws those with wrong labels', async () => {
    const { page, complaints } = await openLab(
      lab,
      '#/train?on=digits&model=linear&epochs=10&noise=0.4',
    );
    await trained(page);
    const [ce = 0, sgce = 0] = (await facts(page, 'accuracy')).map(Number.parseFloat);
    // a linear model on right labels reaches 95 %
    expect(Math.min(ce, sgce)).toBeGreaterThan(80);
    expect((await facts(page, 'memorised'))[0]).toMatch(/ of 4\d\d$/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('waits while it is paused, and starts again with other points', async () => {
    const { page } = await openLab(lab, `${address.replace('epochs=40', 'epochs=500')}`);
    await page.waitForFunction(() => document.querySelectorAll('progress')[1]?.value !== 0);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.waitForTimeout(1000); // what was under way is told
    const paused = await statesOf(page);
    await page.waitForTimeout(1500);
    expect(await statesOf(page)).toEqual(paused);
    const epochs = (states: readonly string[]) =>
      states.map((text) => Number(/^epoch (\d+) of 500$/.exec(text.trim())?.[1]));
    await page.getByRole('button', { name: 'Next epoch' }).click();
    const last = Math.max(...epochs(paused));
    await expect
      .poll(async () => Math.min(...epochs(await statesOf(page))), { timeout: 60_000 })
      .toBeGreaterThan(last);
    await page.waitForTimeout(500);
    const stepped = await statesOf(page);
    await page.waitForTimeout(1500);
    expect(await statesOf(page)).toEqual(stepped);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.waitForFunction(
      (before) => document.querySelector('.training [role=status]')?.textContent?.trim() !== before,
      stepped[0],
    );
    await page.getByRole('button', { name: 'New points' }).click();
    await page.waitForFunction(() => location.hash.includes('seed=2'));
    await page.close();
  });

  test('says what is wrong with a loss, beside the other that trains', async () => {
    const { page } = await openLab(lab, `${address}&loss=gce:q=7`);
    const note = page.getByText('q: expected');
    await note.waitFor();
    expect(await note.innerText()).toContain('received 7');
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'is accessible, and fits a phone, %s',
    async (colorScheme) => {
      const viewport = { width: 390, height: 800 };
      const { page } = await openLab(lab, address, { colorScheme, viewport });
      await trained(page);
      expect(await accessibilityFaults(page)).toEqual([]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBe(390);
      await page.close();
    },
  );
});
