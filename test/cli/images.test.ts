import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadModel } from '../../src/model/node/index.ts';
import { idx, npy, testFolder } from '../data/files.ts';
import { colour, grey } from '../data/pictures.ts';
import { folders, quick, readJson, symloss } from './run.ts';

const folder = folders('images');
const files = testFolder('images-data');
const cwd = folder();
const pixels = { height: 1, width: 2 };
const n = 40;

/** Dark rows are of class 0, light ones of class 1; the two pixels differ a little. */
const values = Array.from({ length: n }, (_, i) => {
  const base = i % 2 === 0 ? 20 + i : 180 + i;
  return [base, base + 10];
});
const labels = Array.from({ length: n }, (_, i) => i % 2);
const source = join(files.path, 'mnist');

beforeAll(async () => {
  const shape = [n, pixels.height, pixels.width];
  files.save('mnist/train-images-idx3-ubyte', idx(shape, values.flat()));
  files.save('mnist/train-labels-idx1-ubyte', idx([n], labels));
  files.save('mnist/t10k-images-idx3-ubyte', idx([4, 1, 2], values.slice(0, 4).flat()));
  files.save('mnist/t10k-labels-idx1-ubyte', idx([4], labels.slice(0, 4)));
  files.save('images.npy', npy('|u1', shape, Uint8Array.from(values.flat())));
  files.save('labels.npy', npy('|u1', [n], Uint8Array.from(labels)));
  for (const [i, [value]] of values.slice(0, 12).entries()) {
    files.save(
      `pictures/${i % 2 === 0 ? 'dark' : 'light'}/${i + 10}.png`,
      await grey(value as number, 1, 2),
    );
  }
  files.save('pictures/dark/bad.png', 'no image');
  files.save('flat/a.png', await grey(25, 1, 2));
  files.save('flat/b.png', await colour([210, 210, 210], 2, 4));
  const images = [join(files.path, 'images.npy'), '--labels-file', join(files.path, 'labels.npy')];
  const settings = ['--model', 'linear', '--epochs', '30', '--loss', 'ce', '--out', 'model'];
  const args = ['train', ...images, ...settings];
  const { code, stderr } = await symloss(args, cwd);
  if (code !== 0) throw new Error(stderr);
});

describe('train', () => {
  test('on a data set by name, tested on its own test part', async () => {
    const args = ['train', 'mnist', '--data', files.path, ...quick, '--out', 'named'];
    const { code, stdout } = await symloss(args, cwd);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `${join(source, 'train-images-idx3-ubyte')}: 40 images of 1 × 1 × 2, 10 classes`,
    );
    expect(stdout).toContain('36 training, 4 validation and 4 test rows');
    const card = readJson<{ featureShape: number[]; columns?: string[] }>(
      cwd,
      'named',
      'model.json',
    );
    expect([card.featureShape, card.columns]).toEqual([[1, 1, 2], undefined]);
    const config = readJson<Record<string, unknown>>(cwd, 'named', 'config.json');
    expect([config['source'], config['folder']]).toEqual(['mnist', files.path]);
  });

  test('on an array with its labels', async () => {
    const images = join(files.path, 'images.npy');
    const args = ['--labels-file', join(files.path, 'labels.npy'), ...quick, '--out', 'array'];
    const { code, stdout } = await symloss(['train', images, ...args], cwd);
    expect(code).toBe(0);
    expect(stdout).toContain(`${images}: 40 images of 1 × 1 × 2, 2 classes: "0", "1"`);
    expect(stdout).toContain('29 training, 3 validation and 8 test rows');
  });

  test('on a folder of images, bad ones left out', async () => {
    const pictures = join(files.path, 'pictures');
    const args = ['train', pictures, '--test-share', '0.5', '--validation', '0', ...quick];
    const failed = await symloss([...args, '--out', 'failed'], cwd);
    expect([failed.code, failed.stdout]).toEqual([2, '']);
    expect(failed.stderr).toBe(
      `symloss: ${join(pictures, 'dark', 'bad.png')}: expected an image that can be decoded, received ` +
        'neither JPEG, PNG nor WebP, it starts with the bytes 6e 6f 20 69; replace it, or leave such ' +
        'images out (--bad-images skip)\n',
    );
    const { code, stdout } = await symloss(
      [...args, '--bad-images', 'skip', '--out', 'pictures'],
      cwd,
    );
    expect(code).toBe(0);
    expect(stdout).toContain(`${pictures}: 12 images of 1 × 1 × 2, 2 classes: "dark", "light"`);
    expect(stdout).toContain('1 bad image left out: ');
    expect(stdout).toContain('6 training, 0 validation and 6 test rows');
  });

  test.concurrent.each<[string[], string]>([
    [
      ['mnist', '--label', 'y'],
      'symloss: option --label: expected nothing: it has no meaning for mnist, received "y"; leave it out\n',
    ],
    [
      ['--data', 'here'],
      'symloss: option --data: expected a data file before it, received none; symloss train data.csv --label <column>\n',
    ],
    [['nowhere'], 'symloss: nowhere: expected a '],
    [
      ['pictures', '--image-size', '3y2'],
      "symloss: option '--image-size <size>' argument '3y2' is invalid. Expected a size such as 32",
    ],
    [
      ['pictures', '--bad-images', 'mend'],
      "symloss: option '--bad-images <rule>' argument 'mend' is invalid. Allowed choices are fail, skip",
    ],
  ])('%j: exit code 2 and what is wrong', async (args, message) => {
    const { code, stderr } = await symloss(['train', ...args, '--out', 'none'], folder());
    expect(code).toBe(2);
    expect(stderr.startsWith(message)).toBe(true);
  });
});

describe('predict', () => {
  const predict = (data: string, ...args: string[]) =>
    symloss(['predict', 'model', data, ...args], cwd);

  test('images of any source, rows counted from 1', async () => {
    const model = await loadModel(join(cwd, 'model'));
    const expected = await model.predict(values);
    await model.dispose();
    const lines = expected.labels.map((label, i) => {
      return `${i + 1},${label},${expected.probs[i]?.[expected.indices[i] as number]}`;
    });
    expect(expected.labels).toEqual(labels.map(String));
    for (const name of ['images.npy', 'mnist', 'mnist/train-images-idx3-ubyte']) {
      const { code, stdout } = await predict(join(files.path, name));
      expect([code, stdout.split('\n')]).toEqual([0, ['row,label,probability', ...lines, '']]);
    }
    const { stdout, stderr } = await predict('mnist', '--data', files.path, '--part', 'test');
    expect(stdout.trimEnd().split('\n').slice(1)).toEqual(lines.slice(0, 4));
    expect(stderr).toBe(
      `${join(source, 't10k-images-idx3-ubyte')}: 4 images of 1 × 1 × 2, 10 classes: "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"\n` +
        '4 rows have a label: accuracy 100.0 %, balanced accuracy 100.0 %; the largest class has 50.0 %\n\n' +
        'label, predicted as  0  1\n0                    2  0\n1                    0  2\n',
    );
  });

  test('an image, and those of a pattern', async () => {
    const flat = join(files.path, 'flat');
    const { code, stdout } = await predict(join(flat, 'a.png'));
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'row,path,label,probability']);
    expect(stdout.split('\n')[1]).toMatch(`1,${join(flat, 'a.png')},0,0.`);
    const all = await predict(`${flat}/*.png`);
    const paths = all.stdout.split('\n').map((line) => line.split(',')[1]);
    expect(paths.slice(1, 3)).toEqual([join(flat, 'a.png'), join(flat, 'b.png')]);
  });

  test('class folders: how many are predicted as they lie', async () => {
    const train = [join(files.path, 'pictures'), '--bad-images', 'skip', '--model', 'linear'];
    await symloss(['train', ...train, '--loss', 'ce', '--epochs', '30', '--out', 'lights'], cwd);
    const args = ['predict', 'lights', join(files.path, 'pictures'), '--bad-images', 'skip'];
    const { stderr } = await symloss([...args, '--out', 'lights.csv'], cwd);
    expect(stderr).toContain('12 rows have a label: accuracy 100.0 %');
    expect(stderr).toContain('dark                 6     0');
  });

  test('a folder of images with their paths, brought to the size of the model', async () => {
    const { code, stdout, stderr } = await predict(join(files.path, 'flat'), '--out', 'flat.csv');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe('1 image of another size scaled to 1 × 2\n2 predictions: flat.csv\n');
    const [head, ...lines] = readFileSync(join(cwd, 'flat.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe('row,path,label,probability');
    expect(lines.map((line) => line.split(',').slice(0, 3).join())).toEqual([
      '1,a.png,0',
      '2,b.png,1',
    ]);
  });

  test('bad images are left out, and rows keep their number', async () => {
    const { code, stdout } = await predict(join(files.path, 'pictures'), '--bad-images', 'skip');
    const lines = stdout.trimEnd().split('\n').slice(1);
    expect([code, lines.length]).toEqual([0, 12]);
    // dark/bad.png is the seventh by path
    expect(lines.slice(5, 7).map((line) => line.split(',').slice(0, 3).join())).toEqual([
      '6,dark/20.png,0',
      '8,light/11.png,1',
    ]);
  });

  test('what makes no sense is refused', async () => {
    const missing = await predict(join(files.path, 'flat'), '--missing', 'impute');
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(
      /^symloss: option --missing: expected nothing: it has no meaning for .*flat, a folder of images, received "impute"; leave it out\n$/,
    );
    const labelsOnly = await predict(join(files.path, 'labels.npy'));
    expect([labelsOnly.code, labelsOnly.stdout]).toEqual([2, '']);
    expect(labelsOnly.stderr).toContain('labels.npy: expected a table (n, d) or images');
  });
});
