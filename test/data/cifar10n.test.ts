import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDataset, openInputs } from '../../src/data/formats/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { presets } from '../../src/experiments/presets/index.ts';
import { DatasetCache } from '../../src/run/datasets.ts';
import { testFolder } from './files.ts';
import { grey } from './pictures.ts';

const folder = testFolder('cifar10n');
const at = (name: string) => join(folder.path, name);
const human = ['aggre_label', 'random_label1', 'random_label2', 'random_label3', 'worse_label'];
const notes = { info: { features: { label: { names: ['bird', 'cat'], _type: 'ClassLabel' } } } };
const [trainFile, testFile] = ['cifar10-train.parquet', 'cifar10-test.parquet'] as const;

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});
afterEach(() => vi.unstubAllEnvs());

async function write(path: string, query: string): Promise<void> {
  const metadata = `KV_METADATA {huggingface: '${JSON.stringify(notes)}'}`;
  await connection.run(`COPY (${query}) TO '${at(path)}' (FORMAT parquet, ${metadata})`);
}

/** Row i is a grey image of the value i + 1 and of the class i mod 2; column c of people errs in row c. */
beforeAll(async () => {
  const pictures = await Promise.all([1, 2, 3, 4, 5, 6].map((value) => grey(value, 1, 2)));
  const rows = pictures.map((bytes, i) => `(${i}, from_hex('${bytes.toString('hex')}'))`);
  await connection.run(`CREATE TABLE p AS SELECT * FROM (VALUES ${rows.join(', ')}) v(i, bytes)`);
  const common = "{'bytes': bytes, 'path': ''} AS img, (i % 2)::BIGINT AS label";
  const people = human.map(
    (name, c) => `(CASE WHEN i = ${c} THEN 1 - i % 2 ELSE i % 2 END)::BIGINT AS ${name}`,
  );
  for (const name of ['loose', 'own', 'own/cifar10n', 'half', 'empty']) {
    mkdirSync(at(name), { recursive: true });
  }
  for (const place of ['loose', 'own/cifar10n', 'half']) {
    await write(
      `${place}/${trainFile}`,
      `SELECT ${common}, ${people.join(', ')} FROM p ORDER BY i`,
    );
  }
  for (const place of ['loose', 'own/cifar10n']) {
    await write(`${place}/${testFile}`, `SELECT ${common} FROM p WHERE i > 3 ORDER BY i`);
  }
});

const labelsOf = ({ labels, trueLabels, classes }: Dataset) => [
  [...labels],
  trueLabels && [...trueLabels],
  classes,
];
const clean = [0, 1, 0, 1, 0, 1];
const classes = ['bird', 'cat'];

describe('CIFAR-10N by name', () => {
  it.each(['loose', 'own', 'own/cifar10n'])('is found in %s, with its test part', async (place) => {
    const { data, test } = await openDataset('cifar10n', { folder: at(place) });
    expect(labelsOf(data)).toEqual([clean, undefined, classes]);
    expect([...(data.features as Uint8Array)].filter((_, i) => i % 2 === 0)).toEqual([
      ...[1, 2, 3, 4, 5, 6],
    ]);
    expect(labelsOf(test as Dataset)).toEqual([[0, 1], undefined, classes]);
    expect([...((test as Dataset).features as Uint8Array)]).toEqual([5, 5, 6, 6]);
  });

  it.each(['loose', 'own'])('is found in $SYMLOSS_DATA, here %s', async (place) => {
    vi.stubEnv('SYMLOSS_DATA', at(place));
    expect(labelsOf((await openDataset('cifar10n')).data)).toEqual([clean, undefined, classes]);
    const rows = await openInputs('cifar10n', { featureShape: [1, 1, 2] }, { part: 'test' });
    expect([...(rows.features as Uint8Array)]).toEqual([5, 5, 6, 6]);
  });

  it.each(human.map((name, c) => [name, c] as const))(
    '%s are labels beside the true ones; the test part keeps those',
    async (label, c) => {
      const { data, test } = await openDataset('cifar10n', { folder: at('loose'), label });
      const given = clean.map((y, i) => (i === c ? 1 - y : y));
      expect(labelsOf(data)).toEqual([given, clean, classes]);
      expect(labelsOf(test as Dataset)).toEqual([[0, 1], undefined, classes]);
    },
  );

  it('serves the column noises of its preset, from the folder that is named', async () => {
    const { data = [], noises = [] } = presets['cifar10n'] ?? {};
    const [{ source, label } = { source: '', label: '' }] = data;
    const cache = new DatasetCache({ folder: at('loose') });
    const config = { source, label, testShare: 0.2, validation: 0.1 };
    const wrong = [];
    for (const noise of noises) {
      const opened = await cache.open({ data: config, noise: noise as string });
      const { labels, trueLabels = labels } = opened.data;
      wrong.push([...labels].flatMap((y, i) => (y === trueLabels[i] ? [] : [i])));
    }
    expect(wrong).toEqual([[], [0], [1], [2], [3], [4]]);
  });

  it('says what was looked for, and where', async () => {
    vi.stubEnv('SYMLOSS_DATA', at('empty'));
    expect(await folder.fault(openDataset('cifar10n'))).toBe(
      'cifar10n: expected cifar10-train.parquet and cifar10-test.parquet in empty/cifar10n or empty or ' +
        '/usr/share/datasets/cifar10n or data/cifar10n or data, received none there; write CIFAR-10 and the labels from ' +
        'github.com/UCSC-REAL/cifar-10-100n to Parquet as docs/images.md says, and say where it is (folder)',
    );
    expect(await folder.fault(openDataset('cifar10n', { folder: at('half') }))).toBe(
      'half/cifar10-test.parquet: expected the test part, beside cifar10-train.parquet, received no such file',
    );
    const options = { folder: at('loose'), label: 'worst_label' };
    expect(await folder.fault(openDataset('cifar10n', options))).toContain('worst_label');
  });
});
