import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { audit } from '../../src/audit/index.ts';
import type { Pieces } from '../../src/core/index.ts';
import { finishWithBreaks, stream } from '../../src/core/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import { findingsInPieces } from '../../src/run/index.ts';
import { nearestOf } from '../../src/run/nearest.ts';
import { rowVectors } from '../../src/run/row-vectors.ts';

/*
 * What an audit computes beside its models is done in pieces, none larger than a few rows, with breaks in which an
 * interrupt is seen.
 */
const folder = mkdtempSync(join(tmpdir(), 'symloss-interrupts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function countOf(pieces: Pieces<unknown>): number {
  let count = 0;
  while (!pieces.next().done) count++;
  return count;
}

const labelsOf = (n: number) => Int32Array.from({ length: n }, (_, row) => row % 2);

function images(n: number, size: number): Dataset {
  const rng = stream(1, 'images');
  const features = Uint8Array.from({ length: n * size * size }, () => rng.integer(256));
  return fromArrays({ features, featureShape: [1, size, size], labels: labelsOf(n) });
}

function audited({ labels, classes }: Dataset) {
  const calibrated = Float64Array.from({ length: labels.length * 2 }, (_, i) =>
    labels[Math.floor(i / 2)] === i % 2 ? 0.9 : 0.1,
  );
  const confident = audit({ labels, probs: calibrated, classCount: 2 });
  return { classes, labels, calibrated, confident };
}

const soon = (reason: string) => {
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(new Error(reason)));
  return interrupt.signal;
};

describe('an audit', () => {
  test('projects wide rows one by one', () => {
    const n = 50;
    expect(countOf(rowVectors(images(n, 20), 1))).toBe(n);
  });

  test('looks for the nearest rows until it is interrupted', async () => {
    // 5·10^8 multiplications: far more than a piece of 50 ms
    await expect(nearestOf(images(1600, 32), 1, soon('interrupted'))).rejects.toThrow(
      'interrupted',
    );
  });

  test('looks for rows that are the same one by one', () => {
    const data = images(50, 3);
    expect(countOf(findingsInPieces(data, audited(data)))).toBe(50);
    expect(countOf(findingsInPieces(data, audited(data), images(30, 3)))).toBeGreaterThan(80);
  });

  test('closes the file of rows that it was reading when it is interrupted', async () => {
    const [n, size] = [1000, 64];
    const file = join(folder, 'rows.bytes');
    const rng = stream(2, 'rows');
    const bytes = new Uint32Array((n * size) / 4).map(() => rng.integer(2 ** 32));
    writeFileSync(file, new Uint8Array(bytes.buffer));
    const data: Dataset = {
      ...{ name: 'file', featureShape: [1, 8, 8], classes: ['a', 'b'], notices: [] },
      features: { file, offset: 0, stride: size, rows: n, rowSize: size },
      labels: labelsOf(n),
    };
    const pieces = findingsInPieces(data, audited(data));
    pieces.next();
    const isListed = existsSync(openFolder);
    expect(openFiles().includes(file)).toBe(isListed);
    const aborted = AbortSignal.abort(new Error('interrupted'));
    await expect(finishWithBreaks(pieces, aborted)).rejects.toThrow('interrupted');
    expect([pieces.next().done, openFiles().includes(file)]).toEqual([true, false]);
  });
});

/** Linux lists there what a process has open. */
const openFolder = '/proc/self/fd';

function openFiles(): string[] {
  if (!existsSync(openFolder)) return [];
  return readdirSync(openFolder).flatMap((name) => {
    try {
      return [readlinkSync(join(openFolder, name))];
    } catch {
      return []; // the listing itself
    }
  });
}
