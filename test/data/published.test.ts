import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDataset } from '../../src/data/formats/index.ts';
import { isClose, tolerances } from '../tolerances.ts';

/** Folder with published data, if there is one. */
const root = process.env['SYMLOSS_DATA'];

/** The reason to skip tests on a file or folder, or `undefined` where it is there. */
function missing(path: string | undefined): string | undefined {
  if (path === undefined) return 'SYMLOSS_DATA is not set';
  return existsSync(path) ? undefined : `${path} is not there`;
}

const fashion = [root && join(root, 'fashion-mnist'), '/usr/share/datasets/fashion-mnist'].find(
  (path) => missing(path) === undefined,
);

/** Mean of all pixels, as a share of 255. */
function mean(features: unknown): number {
  let sum = 0;
  for (const value of features as Uint8Array) sum += value;
  return sum / (features as Uint8Array).length / 255;
}

describe('published data', () => {
  // the means that are used to standardise these sets, to the four digits they are quoted with
  test.each([
    ['mnist', root && join(root, 'mnist'), 0.1307, [5, 0, 4, 1, 9]],
    ['fashion-mnist', fashion, 0.286, [9, 0, 0, 3, 0]],
  ] as const)('%s has its sizes, first labels and mean', async (name, path, expected, first) => {
    const reason = missing(path);
    if (reason !== undefined) return console.info(`skipped: ${reason}`);
    const { data, test: held } = await openDataset(name, { folder: path as string });
    expect([data.labels.length, held?.labels.length, data.featureShape]).toEqual([
      60_000,
      10_000,
      [1, 28, 28],
    ]);
    expect([...data.labels.subarray(0, 5)]).toEqual(first);
    expect(isClose(mean(data.features), expected, tolerances.fourDigits)).toBe(true);
  });

  const cifar = root && join(root, 'cifar10-train.parquet');
  test('CIFAR-10 with human labels has the published shares of wrong ones', async () => {
    const reason = missing(cifar);
    if (reason !== undefined) return console.info(`skipped: ${reason}`);
    const options = { label: 'worse_label', trueLabel: 'label' };
    const { data } = await openDataset(cifar as string, options);
    const wrong = data.labels.filter((label, row) => label !== data.trueLabels?.[row]).length;
    expect([data.featureShape, data.labels.length]).toEqual([[3, 32, 32], 50_000]);
    expect(isClose(wrong / 50_000, 0.402, tolerances.fourDigits)).toBe(true); // Wei et al., 2022
    expect(data.classes[data.trueLabels?.[0] as number]).toBe('frog');
  }, 120_000);
});
