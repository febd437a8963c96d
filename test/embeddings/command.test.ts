import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ModelCard } from '../../src/index.ts';
import { folders, program, readJson, scatter, symloss, writeLines } from '../cli/run.ts';
import { npy } from '../data/files.ts';
import { png } from '../data/pictures.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { vectorOf, writeImageModel, writeTextModel } from './tiny-model.ts';

const folder = folders('embed-command');
const words = ['good', 'great', 'bad', 'awful'];

/** A folder with reviews and the tiny model, and the arguments to train on them. */
function reviews(): { cwd: string; args: string[]; texts: string[] } {
  const cwd = folder();
  writeTextModel(join(cwd, 'tiny'));
  const texts = Array.from({ length: 120 }, (_, i) => {
    const word = words[Math.floor(4 * scatter(i))] as string;
    return `${word} ${i % 3 === 0 ? 'film' : 'day'}`;
  });
  const kind = (text: string) => (/^g/.test(text) ? 'liked' : 'not');
  const lines = texts.map((text, i) => `${i % 5},${text},${kind(text)}`);
  writeLines(cwd, 'reviews.csv', ['stars,review,kind', ...lines]);
  const args = [
    'reviews.csv',
    '--label',
    'kind',
    '--embed',
    'review=tiny',
    '--loss',
    'sgce:q=0.7',
    '--epochs',
    '15',
  ];
  return { cwd, args, texts };
}

describe('symloss with embedded texts', () => {
  test('audits, and shows the texts', async () => {
    const { cwd, args, texts } = reviews();
    const audited = await symloss(
      ['audit', ...args, '--folds', '2', '--repeats', '1', '--model', 'linear', '--out', 'found'],
      cwd,
    );
    expect(audited.code).toBe(0);
    const page = readFileSync(join(cwd, 'found', 'report.html'), 'utf8');
    const cards = page.split('<li class="card"').slice(1);
    expect(cards).toHaveLength(20);
    for (const card of cards) {
      const row = Number(/<h3>row (\d+)</.exec(card)?.[1]);
      const shown = card.replace(/<[^>]*>/g, ' ').replace(/ +/g, ' ');
      expect(shown).toContain(`review ${texts[row - 1]}`);
    }
  });

  test('trains, predicts the texts, and says which model made their vectors', async () => {
    const { cwd, args } = reviews();
    const trained = await symloss(['train', ...args, '--out', 'run'], cwd);
    expect(trained.stderr).not.toContain('symloss:');
    expect(trained.code).toBe(0);
    expect(trained.stdout).toContain(
      '"review": embedded by tiny (vectors of 3 numbers, the mean over the tokens, of length 1): 8 different texts\n',
    );
    expect(readJson(cwd, 'run', 'config.json')).toMatchObject({ embed: { review: 'tiny' } });
    const card = readJson<ModelCard>(cwd, 'run', 'model.json');
    expect(card.embeddings?.[0]).toMatchObject({ column: 'review', model: 'tiny', width: 3 });
    expect(card.inputs?.map(({ name, columns }) => [name, columns.length])).toEqual([
      ['stars', 1],
      ['review', 3],
    ]);

    writeLines(cwd, 'new.csv', [
      'review,stars,kind',
      'good film,1,liked',
      'awful day,2,not',
      ',3,liked',
      'great day,4,not',
    ]);
    const predicted = await symloss(['predict', 'run', 'new.csv'], cwd);
    expect(predicted.code).toBe(0);
    const rows = predicted.stdout.trim().split('\n').slice(1);
    const labels = rows.map((row) => row.split(',')[1]);
    expect([labels[0], labels[1], labels[3]]).toEqual(['liked', 'not', 'liked']);
    expect(predicted.stderr).toContain('4 rows have a label: accuracy');

    // the same probabilities through the library, with the vectors of another batch
    const { loadModel } = (await import(
      'symloss' as string
    )) as typeof import('../../src/index.ts');
    const { nodeRunner } = (await import(
      'symloss/runtime' as string
    )) as typeof import('../../src/runtime/index.ts');
    await using model = await loadModel(join(cwd, 'run'), nodeRunner(), {
      review: join(cwd, 'tiny'),
    });
    const { probs, indices } = await model.predict([{ review: 'awful day', stars: 2 }]);
    const expected = probs[0]?.[indices[0] as number] as number;
    const found = Number(rows[1]?.split(',')[2]);
    expect(isClose(found, expected, tolerances.float32Net)).toBe(true);

    // vectors that are there already need no model, with the texts beside them or without
    renameSync(join(cwd, 'tiny'), join(cwd, 'gone'));
    const vectors = Float32Array.from(['good film', 'awful day', 'great day'].flatMap(vectorOf));
    const bytes = new Uint8Array(vectors.buffer);
    writeFileSync(join(cwd, 'new.npy'), npy('<f4', [3, 3], bytes));
    writeLines(cwd, 'texts.csv', ['review,stars', 'good film,1', 'awful day,2', 'great day,4']);
    writeLines(cwd, 'stars.csv', ['stars', '1', '2', '4']);
    const options = ['--embedding', 'review=new.npy'];
    const given = [rows[0], rows[1], rows[3]].map((row) => Number(row?.split(',')[2]));
    for (const name of ['texts.csv', 'stars.csv']) {
      const { code, stdout } = await symloss(['predict', 'run', name, ...options], cwd);
      expect(code).toBe(0);
      for (const [i, line] of stdout.trim().split('\n').slice(1).entries()) {
        const own = Number(line.split(',')[2]);
        expect(isClose(own, given[i] as number, tolerances.float32Net)).toBe(true);
      }
    }
  });

  test('makes vectors once: the second run reads them, and so does what goes on', async () => {
    const { cwd, args } = reviews();
    await symloss(['train', ...args, '--out', 'first'], cwd);
    const [file = ''] = readdirSync(join(cwd, '.symloss-cache'));
    renameSync(join(cwd, 'tiny'), join(cwd, 'elsewhere'));
    const moved = args.map((arg) => (arg === 'review=tiny' ? 'review=elsewhere' : arg));
    const second = await symloss(['train', ...moved, '--out', 'second'], cwd);
    expect(second.stdout).toContain(
      `8 different texts; read from ${join('.symloss-cache', file)}, made by an earlier run\n`,
    );
    // from its configuration it is made again, bit by bit
    const again = await symloss(['train', '--config', 'second/config.json', '--out', 'third'], cwd);
    expect(again.code).toBe(0);
    const hashes = ['second', 'third'].map((run) => readJson<ModelCard>(cwd, run, 'model.json'));
    expect(hashes[1]?.sha256).toBe(hashes[0]?.sha256);
  });

  test('is an option of grids, too', async () => {
    const { cwd } = reviews();
    writeLines(cwd, 'grid.yaml', [
      'name: reviews',
      'data:',
      '  - source: reviews.csv',
      '    label: kind',
      '    embed: { review: tiny }',
      'models: [linear]',
      'noises: [unknown]',
      'losses: [ce, sgce:q=0.7]',
      'seeds: 1',
      'training: { epochs: 2 }',
    ]);
    const result = await symloss(['bench', 'grid.yaml', '--out', 'results'], cwd);
    expect(result.stderr).not.toContain('symloss:');
    expect(result.code).toBe(0);
    expect(readdirSync(join(cwd, '.symloss-cache'))).toHaveLength(1);
  });

  test.each([
    [['--embed', 'revew=tiny'], 2, /received "revew"; did you mean "review"\?$/],
    [
      ['--embed', 'stars=tiny'],
      2,
      /a column of texts, received a column of kind numeric; .* --text stars$/,
    ],
    [['--embed', 'tiny'], 2, /received a model for images; give one: --embed <column>=<model>$/],
    [['--embed', 'review=./none'], 2, /^symloss: model \.\/none: expected the folder of a model/],
    [['--embed', 'a=b.npy'], 2, /Expected a model; vectors of a file: --embedding a=b\.npy;/],
    [['--embed', 'review='], 2, /Expected column=model, or the model alone for images/],
    [
      ['--embed', 'review=tiny', '--embed', 'review=tiny'],
      2,
      /Expected each column once, review is there twice/,
    ],
  ])('refuses %j', async (embed, code, message) => {
    const { cwd } = reviews();
    const given = ['train', 'reviews.csv', '--label', 'kind', '--out', 'run', ...embed];
    const result = await symloss(given, cwd);
    expect(result.stderr.trim()).toMatch(message);
    expect(result.code).toBe(code);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(cwd, 'run'))).toBe(false);
  });
});

/** Loader hooks under which transformers.js cannot be found. */
const hooks = `
  export function resolve(specifier, context, next) {
    if (specifier !== '@huggingface/transformers') return next(specifier, context);
    const error = new Error("Cannot find package '" + specifier + "' imported from\\nsomewhere");
    throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
  }`;
const register = `
  import { register } from 'node:module';
  register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`;

test('without transformers.js: one line that says what to install, and no need of it where nothing is embedded', async () => {
  const { cwd, args } = reviews();
  const imports = ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
  const without = (...more: string[]) =>
    promisify(execFile)(process.execPath, [...imports, program, ...more], { cwd }).then(
      () => ({ code: 0, text: '' }),
      (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
    );
  expect(await without('train', ...args, '--out', 'run')).toEqual({
    code: 1,
    text: 'symloss: model tiny: expected @huggingface/transformers, which loads pretrained models, received a package that does not load; run npm install @huggingface/transformers\n',
  });
  expect((await symloss(['train', ...args, '--out', 'run'], cwd)).code).toBe(0);
  writeLines(cwd, 'new.csv', ['review,stars', 'good bad,1']);
  expect((await without('predict', 'run', 'new.csv')).text).toBe(
    'symloss: model tiny: expected @huggingface/transformers, which loads pretrained models, received a package that does not load; run npm install @huggingface/transformers\n',
  );
  // vectors that were kept need it no more, and data without texts never did
  const again = ['--loss', 'sgce:q=0.7', '--epochs', '1', '--model', 'linear'];
  expect((await without('train', ...args, ...again, '--out', 'again')).code).toBe(0);
  const plain = ['train', 'reviews.csv', '--label', 'kind', ...again, '--out', 'plain'];
  expect((await without(...plain)).code).toBe(0);
});

test('symloss with embedded images trains and predicts', async () => {
  const cwd = folder();
  writeImageModel(join(cwd, 'tiny'));
  for (const [c, kind] of ['blue', 'red'].entries()) {
    mkdirSync(join(cwd, 'images', kind), { recursive: true });
    for (let i = 0; i < 20; i++) {
      const pixel = c === 0 ? [10 + i, 20, 200 - i] : [220 - i, 20, 30 + i];
      const values = [pixel, pixel, pixel, pixel].flat();
      writeFileSync(join(cwd, 'images', kind, `${100 + i}.png`), await png([2, 2, 3], values));
    }
  }
  const given = [
    'train',
    'images',
    '--embed',
    'tiny',
    '--loss',
    'sgce:q=0.7',
    '--epochs',
    '15',
    '--out',
    'run',
  ];
  const trained = await symloss(given, cwd);
  expect(trained.stderr).not.toContain('symloss:');
  expect(trained.stdout).toContain(
    '"image": embedded by tiny (vectors of 3 numbers, of length 1): 40 images\n',
  );
  expect(readJson(cwd, 'run', 'config.json')).toMatchObject({ embed: { image: 'tiny' } });
  const predicted = await symloss(['predict', 'run', 'images'], cwd);
  expect(predicted.code).toBe(0);
  const rows = predicted.stdout.trim().split('\n').slice(1);
  expect(rows).toHaveLength(40);
  for (const row of rows) {
    const [, path = '', label] = row.split(',');
    expect(path.split('/')[0]).toBe(label);
  }
});
