import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import { asymmetricNoise, instanceNoise } from '../../src/noise/index.ts';
import { readNoise } from '../../src/run/index.ts';
import { calibrateParts } from '../../src/train/calibrate.ts';
import { prepare } from '../../src/train/prepare.ts';

const names = ['cat', 'dog'];
const labels = Array.from({ length: 400 }, (_, i) => names[i % 2] as string);
const rng = stream(1, 'features');
const features = labels.map((name) => [rng.normal() + (name === 'dog' ? 4 : 0), rng.normal()]);
const data = fromArrays({ features, labels });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'symloss-noise-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const options = { split: { given: undefined, test: 0, validation: 0.5 }, seed: 1 };

/** Scores of the true classes, as a perfect network gives them. */
function scoresOf(part: { trueLabels?: Int32Array; labels: Int32Array } | undefined): Float32Array {
  const rows = [...(part?.trueLabels ?? part?.labels ?? [])];
  return Float32Array.from(rows.flatMap((label) => (label === 0 ? [2, -2] : [-2, 2])));
}

describe('in training', () => {
  it('instance noise gets the features, and its matrix is estimated', async () => {
    const noise = instanceNoise(0.2);
    const { parts, wrongShare } = prepare(data, { ...options, noise });
    const drawn = noise.corrupt(data.labels, 2, stream(1, 'noise'), { features: data.features });
    expect(wrongShare).toBe(drawn.noiseRate);
    const found = await calibrateParts(
      { validation: scoresOf(parts.validation) },
      parts,
      data.classes,
      noise,
    );
    expect(found.transition).toBe('estimated');
    expect(found.matrix?.flat().every((p) => p > 0 && p < 1)).toBe(true);
    const aborted = calibrateParts(
      { validation: scoresOf(parts.validation) },
      ...([parts, data.classes, noise] as const),
      { signal: AbortSignal.abort(new Error('interrupted')) },
    );
    await expect(aborted).rejects.toThrow('interrupted');
  });

  it('a class map from a file gets the class names, and its matrix is known', async () => {
    const file = join(folder, 'map.json');
    writeFileSync(file, '{ "dog": "cat" }');
    const noise = readNoise(`asymmetric:0.5,map=${file}`);
    const { parts, wrongShare } = prepare(data, { ...options, noise });
    const same = asymmetricNoise(0.5, { 1: 0 }).corrupt(data.labels, 2, stream(1, 'noise'));
    expect(wrongShare).toBe(same.noiseRate);
    const found = await calibrateParts(
      { validation: scoresOf(parts.validation) },
      parts,
      data.classes,
      noise,
    );
    expect([found.transition, found.matrix]).toEqual([
      'known',
      [
        [1, 0],
        [0.5, 0.5],
      ],
    ]);
  });

  it('a matrix is read from its file', () => {
    const file = join(folder, 'm.csv');
    writeFileSync(file, '0.9,0.1\n0,1\n');
    expect([...(readNoise(`matrix:${file}`).transition(2) ?? [])]).toEqual([0.9, 0.1, 0, 1]);
    expect(() => readNoise(`matrix:${join(folder, 'no.csv')}`)).toThrow(
      'no.csv: expected a readable file of the noise, received no such file',
    );
  });
});
