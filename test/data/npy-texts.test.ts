import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { openDataset, relabelledSource } from '../../src/data/formats/index.ts';
import { parseNpyTexts } from '../../src/data/formats/npy/texts.ts';
import { messageOf } from '../messages.ts';
import { npy, testFolder } from './files.ts';

const folder = testFolder('npy-texts');
const at = (name: string) => join(folder.path, name);

/** Texts as NumPy keeps them: `<U5` in UTF-32, `|S5` in bytes. */
function texts(descr: string, values: readonly string[], shape = [values.length]): Buffer {
  const [, order, kind, width] = /^(.)(.)(\d+)$/.exec(descr) ?? [];
  const size = Number(width) * (kind === 'U' ? 4 : 1);
  const bytes = Buffer.alloc(size * values.length);
  for (const [row, value] of values.entries()) {
    if (kind === 'S') bytes.write(value, row * size, 'utf8');
    else {
      for (const [i, mark] of Array.from(value).entries()) {
        const place = row * size + 4 * i;
        if (order === '>') bytes.writeUInt32BE(mark.codePointAt(0) as number, place);
        else bytes.writeUInt32LE(mark.codePointAt(0) as number, place);
      }
    }
  }
  return npy(descr, shape, bytes);
}

const names = ['cat', 'dog', 'cat', 'Jürgen'];
const x = npy('|u1', [4, 2], Uint8Array.of(1, 5, 2, 6, 3, 9, 4, 7));
folder.save('x.npy', x);

describe('labels that are texts', () => {
  test.each<[string, string[], number[]?]>([
    ['<U6', names],
    ['>U6', names],
    ['<U9', names, [4, 1]],
    ['|S7', names],
    ['<U2', ['😀', 'a', 'a', '😀']],
  ])('in an array of %s', async (descr, given, shape) => {
    folder.save('y.npy', texts(descr, given, shape));
    folder.save('d.npz', zipSync({ 'x.npy': x, 'y.npy': texts(descr, given, shape) }));
    for (const [path, options] of [
      ['x.npy', { labelsFile: at('y.npy') }],
      ['d.npz', {}],
    ] as const) {
      const { data } = await openDataset(at(path), options);
      expect(Array.from(data.labels, (label) => data.classes[label])).toEqual(given);
      expect(data.classes).toEqual([...new Set(given)].sort());
    }
  });

  test('number the test part of an archive as the training part', async () => {
    const test_ = { 'x_test.npy': x, 'y_test.npy': texts('<U3', ['dog', 'dog', 'cat', 'dog']) };
    const own = { 'x.npy': x, 'y.npy': texts('<U3', ['cat', 'dog', 'cat', 'dog']) };
    folder.save('parts.npz', zipSync({ ...own, ...test_ }));
    const { test: tested } = await openDataset(at('parts.npz'));
    expect([...(tested?.labels ?? [])]).toEqual([1, 1, 0, 1]);
  });

  test('are written with others as texts', async () => {
    folder.save('y.npy', texts('|S7', names));
    const options = { labelsFile: at('y.npy') };
    const source = await relabelledSource(at('x.npy'), 'made.npy', options);
    const made = Buffer.concat(await source.content({ labels: new Map([[1, 3]]) }));
    const corrected = ['cat', 'Jürgen', 'cat', 'Jürgen'];
    expect(parseNpyTexts('made.npy', made)).toEqual({ shape: [4], values: corrected });
    folder.save('made.npy', made);
    const { data } = await openDataset(at('x.npy'), { labelsFile: at('made.npy') });
    expect(Array.from(data.labels, (label) => data.classes[label])).toEqual(corrected);
  });
});

describe('refused', () => {
  const bytes = (descr: string, ...values: number[]) => npy(descr, [2], Uint8Array.from(values));
  test.each<[string, Buffer, string]>([
    [
      'a cut array',
      texts('<U2', ['a', 'b']).subarray(0, 140),
      'a: expected 144 bytes, as its header says, received 140; it is truncated: save it again',
    ],
    [
      'a longer one',
      Buffer.concat([texts('|S1', ['a', 'b']), Buffer.of(0)]),
      'a: expected 130 bytes, as its header says, received 131',
    ],
    [
      'a number beyond Unicode',
      bytes('<U1', 97, 0, 0, 0, 0, 0, 0x11, 0),
      'a, row 2: expected characters of Unicode, received other bytes',
    ],
    [
      'half a pair',
      bytes('<U1', 0, 0xd8, 0, 0, 97, 0, 0, 0),
      'a, row 1: expected characters of Unicode, received other bytes',
    ],
    [
      'another encoding',
      bytes('|S2', 97, 0, 0xe4, 0),
      'a, row 2: expected text in UTF-8, received other bytes',
    ],
    ['no characters', bytes('<U0'), 'a: expected texts, received empty ones only'],
    [
      'a cut head',
      texts('<U2', ['a', 'b']).subarray(0, 60),
      'a: expected a complete .npy file, received a truncated one; save it again',
    ],
  ])('%s', (_, content, message) => {
    expect(messageOf(() => parseNpyTexts('a', content))).toBe(message);
  });

  test('an empty label, another shape, and texts as features', async () => {
    const read = (content: Buffer) => {
      folder.save('y.npy', content);
      return folder.fault(openDataset(at('x.npy'), { labelsFile: at('y.npy') }));
    };
    expect(await read(texts('<U3', ['cat', '', 'dog', 'cat']))).toBe(
      'y.npy, row 2: expected a label, received ""',
    );
    expect(await read(texts('<U3', ['cat', 'a', 'dog', 'cat'], [2, 2]))).toBe(
      'y.npy: expected one label per row, shape (n), received shape (2, 2)',
    );
    expect(await read(texts('<U3', ['cat', 'dog', 'cat']))).toMatch(/4 labels, one per row/);
    folder.save('t.npy', texts('<U3', names.slice(0, 3)));
    const options = { labelsFile: at('y.npy') };
    expect(await folder.fault(openDataset(at('t.npy'), options))).toMatch(
      /received "<U3"; texts are read as labels only; for features write a table \(CSV, Parquet\)$/,
    );
  });
});
