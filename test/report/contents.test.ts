import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../src/data/formats/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { rowContents } from '../../src/report/audit/contents.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-contents-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plain = { name: 'data', labels: Int32Array.of(0, 1), classes: ['a', 'b'], notices: [] };

describe('the content of a row', () => {
  test('is the cells of its table, as they were', async () => {
    const file = join(folder, 'table.csv');
    writeFileSync(
      file,
      'size,city,day,note,label\n0.1,Rome,2024-02-29,"so nice, really a place to go, all of it",a\n,Oslo,2024-03-01,,b\n12345678,Rome,,"cold but clean, and never any time lost",a\n',
    );
    const { data } = await openDataset(file, { label: 'label', text: ['note'] });
    const contents = await rowContents(data, [1, 0, 2]);
    const cells = contents.map((own) =>
      own.kind === 'fields' ? own.fields.map(({ name, text }) => [name, text]) : [],
    );
    expect(cells).toEqual([
      [
        ['size', undefined],
        ['city', 'Oslo'],
        ['day', '2024-03-01'],
        ['note', undefined],
      ],
      [
        ['size', '0.1'],
        ['city', 'Rome'],
        ['day', '2024-02-29'],
        ['note', 'so nice, really a place to go, all of it'],
      ],
      [
        ['size', '12345678'],
        ['city', 'Rome'],
        ['day', undefined],
        ['note', 'cold but clean, and never any time lost'],
      ],
    ]);
  });

  test('names a vector, whose text is not known any more, once', async () => {
    const data: Dataset = {
      ...plain,
      features: Float32Array.of(1, 0.6, 0.8, 2, 0, 1),
      featureShape: [3],
      columns: ['stars', 'note[0]', 'note[1]'],
      kinds: ['numeric', 'embedding', 'embedding'],
      embeddings: [
        {
          ...{ column: 'note', of: 'text', model: 'tiny', sha256: '', pooling: 'mean' },
          ...{ normalized: true, width: 2 },
        },
      ],
    };
    expect(await rowContents(data, [1])).toEqual([
      {
        kind: 'fields',
        fields: [
          { name: 'stars', text: '2', isText: false },
          { name: 'note', text: 'vector of 2 numbers, made by tiny', isText: false },
        ],
      },
    ]);
  });

  test.each(['bytes', 'float32'] as const)('is a picture of %s in a file', async (dtype) => {
    const values = [0, 0, 0, 0, 255, 0, 51, 102];
    const bytes =
      dtype === 'bytes'
        ? Uint8Array.from(values)
        : new Uint8Array(Float32Array.from(values, (value) => value / 255).buffer);
    const file = join(folder, dtype);
    writeFileSync(file, Buffer.concat([Buffer.from([9]), bytes]));
    const rowSize = bytes.length / 2;
    const data: Dataset = {
      ...{ ...plain, featureShape: [1, 2, 2] },
      features: {
        ...{ file, offset: 1, stride: rowSize, rows: 2, rowSize },
        ...(dtype === 'float32' && { dtype }),
      },
    };
    const [content] = await rowContents(data, [1]);
    const source = content?.kind === 'image' ? content.source : '';
    const png = Buffer.from(source.replace('data:image/png;base64,', ''), 'base64');
    const pixels = await sharp(png).toColourspace('b-w').raw().toBuffer();
    expect([...pixels]).toEqual([255, 0, 51, 102]);
  });
});
