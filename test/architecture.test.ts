import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Rule } from './helpers/imports.ts';
import {
  computed,
  importCycles,
  importGraph,
  importsOf,
  reachedFrom,
  violations,
} from './helpers/imports.ts';

/**
 * Who may import whom. A folder imports itself and the rows above it; `uses` narrows that, `packages`
 * names the only packages allowed, and `node: false` rules out Node's own modules, so that the
 * folder also runs in a browser.
 */
const rule: Rule = {
  layers: [
    { folder: 'core', node: false, packages: ['pure-rand'] },
    { folder: 'graph', node: false, packages: [] },
    { folder: 'graph/onnx', node: false, packages: ['@bufbuild/protobuf'] },
    { folder: 'losses', node: false, packages: [] },
    { folder: 'noise', node: false, packages: [], uses: ['core'] },
    { folder: 'audit', node: false, packages: [], uses: ['core'] },
    { folder: 'nn', node: false, packages: [] },
    { folder: 'io', packages: [], uses: ['core'] },
    { folder: 'runtime' },
    { folder: 'data', node: false, uses: ['core', 'audit'] },
    { folder: 'data/formats' },
    { folder: 'features', node: false, packages: [], uses: ['core', 'graph', 'nn', 'data'] },
    { folder: 'calibration', node: false, packages: [], uses: ['core', 'noise'] },
    {
      folder: 'model',
      node: false,
      uses: [
        ...['core', 'graph', 'losses', 'noise', 'calibration', 'nn', 'runtime', 'data'],
        'features',
      ],
    },
    { folder: 'model/node' },
    { folder: 'train' },
    { folder: 'run' },
    { folder: 'browser', node: false, packages: [] },
    {
      folder: 'adapters',
      node: false,
      packages: ['@tensorflow/tfjs-core'],
      uses: ['core', 'graph', 'losses', 'nn'],
    },
    { folder: 'review' },
    { folder: 'experiments' },
    { folder: 'report' },
    { folder: 'report/client', node: false, packages: ['@observablehq/plot'] },
    { folder: 'server', packages: ['hono', '@hono/node-server', 'zod'] },
    { folder: 'server/api', node: false, packages: [] },
    { folder: 'cli' },
    {
      folder: 'web',
      node: false,
      packages: ['svelte', 'd3-contour', 'd3-scale', 'd3-shape', 'buffer'],
      uses: [
        ...['core', 'graph', 'losses', 'noise', 'audit', 'nn', 'runtime', 'data', 'features'],
        ...['calibration', 'model', 'train', 'run', 'browser', 'review', 'report', 'server/api'],
      ],
    },
  ],
  owners: {
    '@bufbuild/protobuf': 'graph/onnx',
    'onnxruntime-*': 'runtime',
    koffi: 'runtime/native',
    '@duckdb/*': 'data/formats/parquet',
    'apache-arrow': 'data/formats/arrow',
    lz4js: 'data/formats/arrow',
    fzstd: 'data/formats/arrow',
    yauzl: 'data/formats/npz',
    fflate: 'data/formats/excel',
    sharp: 'data/formats/shared',
    '@huggingface/*': 'data/formats/embeddings',
    tinyglobby: 'data/formats/sources',
    '@observablehq/*': 'report/client',
    '@tensorflow/*': 'adapters',
    hono: 'server',
    '@hono/*': 'server',
  },
  loaders: [
    'run/loss-modules.ts', // the modules with losses of the user's own, which a grid names
    'web/webgpu.ts', // a build of onnxruntime-web that lies beside the page
  ],
};

const src = new URL('../src/', import.meta.url);
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort((a, b) => (a < b ? -1 : 1));
const codeOf = (file: string) => readFileSync(new URL(file, src), 'utf8');

const web = new URL('../web/', import.meta.url);
const webFiles = readdirSync(web, { recursive: true, encoding: 'utf8' })
  .map((file) => `web/${file.replaceAll('\\', '/')}`)
  .filter((file) => /\.(ts|svelte)$/.test(file))
  .sort((a, b) => (a < b ? -1 : 1));
const webCodeOf = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

describe('the source keeps the import rule', () => {
  test('there are files to check', () => {
    expect(files).toContain('core/index.ts');
  });

  test.each(files)('%s', (file) => {
    expect(violations(rule, file, codeOf(file))).toEqual([]);
  });
});

describe('the lab keeps the import rule', () => {
  test('there are files to check', () => {
    expect(webFiles).toEqual(expect.arrayContaining(['web/main.ts', 'web/shell/App.svelte']));
  });

  test.each(webFiles)('%s', (file) => {
    expect(violations(rule, file, webCodeOf(file))).toEqual([]);
  });

  test('no files import each other in a cycle, types included', () => {
    const graph = importGraph(new Map(webFiles.map((file) => [file, webCodeOf(file)])));
    expect(graph.get('web/main.ts')).toContain('web/shell/App.svelte');
    expect(importCycles(graph)).toEqual([]);
  });
});

test('no files import each other in a cycle, types included', () => {
  const graph = importGraph(new Map(files.map((file) => [file, codeOf(file)])));
  expect(graph.get('core/tensor.ts')).toContain('core/shape.ts');
  expect(importCycles(graph)).toEqual([]);
});

test('what symloss/web imports, directly or not, types included, runs in a browser', () => {
  const graph = importGraph(new Map(files.map((file) => [file, codeOf(file)])));
  const reached = [...reachedFrom(graph, 'browser/index.ts')].sort();
  expect(reached).toEqual(expect.arrayContaining(['browser/worker.ts', 'train/loop.ts']));
  const outside = new Map(
    reached.flatMap((file) =>
      importsOf(file, codeOf(file))
        .filter((specifier) => !specifier.startsWith('.'))
        .map((specifier) => [specifier, file] as const),
    ),
  );
  expect([...outside].filter(([specifier]) => isBuiltin(specifier))).toEqual([]);
  const packages = new Set([...outside.keys()].map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0]));
  expect([...packages].sort()).toEqual([
    '@bufbuild/protobuf',
    '@noble/hashes',
    'onnxruntime-common',
    'onnxruntime-web',
    'pure-rand',
    'zod',
  ]);
});

test('CONTRIBUTING.md lists the same layers in the same order', () => {
  const text = readFileSync(new URL('../CONTRIBUTING.md', import.meta.url), 'utf8');
  const listed = [...text.matchAll(/^\| `(?:src\/(\w+)|(web))` \|/gm)].map(
    ([, folder, lab]) => folder ?? lab,
  );
  const folders = rule.layers.map((layer) => layer.folder);
  expect(listed).toEqual(folders.filter((folder) => !folder.includes('/')));
});

describe('the checker', () => {
  test('sees every way to name a module, types included', () => {
    const code = `
      import a from 'a';
      import type { B } from 'b';
      import { type C } from 'c';
      import 'd';
      export * from 'e';
      export type { F } from 'f';
      export const g = import('g');
      export type H = import('h').H;
      import i = require('i');
      const j = require('j');
      const k = require.resolve('k');
      const l = import.meta.resolve('l');
      const m = new Worker(new URL('./m.ts', import.meta.url));
      const n = import(name);
      // import 'comment';
      const text = "import 'text'";
      const data = new URL('./data.csv', import.meta.url);
      export const plain = a.resolve('plain');
    `;
    expect(importsOf('sample.ts', code)).toEqual([
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', './m.ts', computed],
    ]);
  });

  test('refuses a file that does not parse', () => {
    expect(() => importsOf('sample.ts', 'import from;')).toThrow('sample.ts: expected valid');
  });

  test.each([
    ['losses/gce.ts', '../core/index.ts'],
    ['losses/gce.ts', './spec.ts'],
    ['graph/op.ts', './onnx/encode.ts'],
    ['graph/onnx/encode.ts', '../op.ts'],
    ['graph/onnx/encode.ts', '@bufbuild/protobuf/wire'],
    ['core/random.ts', 'pure-rand/generator/xoroshiro128plus'],
    ['runtime/native.ts', 'onnxruntime-node'],
    ['runtime/web.ts', 'onnxruntime-web/wasm'],
    ['runtime/native/library.ts', 'koffi'],
    ['data/formats/parquet/file.ts', '@duckdb/node-api'],
    ['data/formats/sources/glob.ts', 'tinyglobby'],
    ['data/formats/shared/images.ts', 'sharp'],
    ['data/formats/embeddings/transformers.ts', '@huggingface/transformers'],
    ['data/formats/files.ts', 'node:fs'],
    ['model/node/files.ts', 'node:fs'],
    ['model/node/files.ts', '../../io/index.ts'],
    ['cli/main.ts', '../train/index.ts'],
    ['cli/main.ts', 'commander'],
    ['index.ts', './train/index.ts'],
    ['web/main.ts', 'svelte'],
    ['web/main.ts', './shell/App.svelte'],
    ['web/rooms/train/digits.ts', '../../../data/digits.csv.gz?url'],
    ['web/rooms/losses/curves.ts', '../../../src/losses/index.ts'],
    ['web/rooms/review/client.ts', '../../../src/server/api/types.ts'],
  ])('lets %s import %s', (file, specifier) => {
    expect(violations(rule, file, `import type { X } from '${specifier}';`)).toEqual([]);
  });

  test('lets only loaders import what is named at run time', () => {
    const code = 'export const x = import(name);';
    expect(violations(rule, 'run/loss-modules.ts', code)).toEqual([]);
    expect(violations(rule, 'experiments/grid.ts', code)).toEqual([
      'src/experiments/grid.ts imports <computed>: expected a literal specifier, received an expression',
    ]);
  });

  test.each([
    ['core/shape.ts', '../graph/index.ts', 'core may use no other folder'],
    ['core/shape.ts', '../index.ts', 'core may use no other folder'],
    ['graph/op.ts', '../losses/index.ts', 'graph may use core'],
    ['graph/onnx/encode.ts', '../../losses/index.ts', 'graph may use core'],
    ['losses/gce.ts', '../runtime/index.ts', 'losses may use core, graph'],
    ['noise/uniform.ts', '../graph/index.ts', 'noise may use core'],
    ['model/node/save.ts', '../../train/index.ts', 'nn, io, runtime, data, features, calibration'],
    ['model/open.ts', '../io/index.ts', 'model may use core, graph'],
    ['model/open.ts', 'node:path', "model does without Node's modules"],
    ['data/csv.ts', '../model/index.ts', 'data may use core'],
    ['calibration/fit.ts', '../data/index.ts', 'calibration may use core, noise'],
    ['audit/rank.ts', '../train/index.ts', 'audit may use core'],
    ['train/loop.ts', '../cli/main.ts', 'train may use core'],
    ['graph/op.ts', '@bufbuild/protobuf', 'only graph/onnx may'],
    ['losses/gce.ts', 'onnxruntime-node', 'only runtime may'],
    ['index.ts', 'onnxruntime-web', 'only runtime may'],
    ['runtime/node.ts', 'koffi', 'only runtime/native may'],
    ['data/formats/csv/read.ts', '@duckdb/node-api', 'only data/formats/parquet may'],
    ['data/formats/csv/read.ts', 'apache-arrow', 'only data/formats/arrow may'],
    ['cli/main.ts', 'sharp', 'only data/formats/shared may'],
    ['model/open.ts', '@huggingface/transformers', 'only data/formats/embeddings may'],
    ['losses/gce.ts', 'zod', 'losses may use no package'],
    ['graph/onnx/encode.ts', 'onnx-proto', 'graph/onnx may use @bufbuild/protobuf'],
    ['core/shape.ts', 'node:path', "core does without Node's modules"],
    ['data/csv.ts', 'fs', "data does without Node's modules"],
    ['audit/rank.ts', 'node:fs/promises', "audit does without Node's modules"],
    ['train/loop.ts', 'symloss/losses', 'expected a relative specifier'],
    ['train/loop.ts', '../../test/tolerances.ts', 'expected a file in src'],
    ['extras/new.ts', '../core/index.ts', 'no row in the table'],
    ['cli/main.ts', '../../web/api.ts', 'expected a file in src'],
  ])('stops %s from importing %s', (file, specifier, reason) => {
    for (const code of [
      `import { x } from '${specifier}';`,
      `import type { X } from '${specifier}';`,
      `export * from '${specifier}';`,
      `export const x = await import('${specifier}');`,
      `export type X = import('${specifier}').X;`,
    ]) {
      const found = violations(rule, file, code);
      expect(found).toHaveLength(1);
      expect(found[0]).toContain(`src/${file} imports ${specifier}: `);
      expect(found[0]).toContain(reason);
    }
  });
});

describe('the checker of the lab', () => {
  test.each([
    ['web/api.ts', '../src/cli/main.ts', 'web may use core, graph'],
    ['web/api.ts', '../src/experiments/index.ts', 'web may use core, graph'],
    ['web/api.ts', '../src/server/index.ts', 'web may use core, graph'],
    ['web/api.ts', '../test/tolerances.ts', 'expected a file in src'],
    ['web/api.ts', '../data/digits.csv.gz', 'expected a file in src'],
    ['web/api.ts', '../test/fixtures/audit.json.gz?url', 'expected a file in src'],
    ['web/api.ts', 'node:fs', "web does without Node's modules"],
    ['web/rooms/train/Train.svelte', 'onnxruntime-web', 'only runtime may'],
    ['web/rooms/train/Train.svelte', 'zod', 'web may use svelte'],
  ])('stops %s from importing %s', (file, specifier, reason) => {
    const statement = `import { x } from '${specifier}';`;
    const code = file.endsWith('.svelte')
      ? `<script lang="ts">\n${statement}\n</script>\n<p>import 'text'</p>`
      : statement;
    const found = violations(rule, file, code);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${file} imports ${specifier}: `);
    expect(found[0]).toContain(reason);
  });
});

describe('the finder of import cycles', () => {
  const code = new Map([
    ['a.ts', "import { b } from './b.ts'; import 'node:fs';"],
    ['b.ts', "export type { C } from './x/c.ts'; export * from './leaf.ts';"],
    ['leaf.ts', 'export const leaf = 1;'],
    ['self.ts', "export type Self = import('./self.ts').Self;"],
    ['user.ts', "import './a.ts'; import './x/d.ts'; import './gone.ts';"],
    ['x/c.ts', "import type { A } from '../a.ts';"],
    ['x/d.ts', "export const e = import('./e.ts');"],
    ['x/e.ts', "new Worker(new URL('./d.ts', import.meta.url));"],
  ]);
  const graph = importGraph(code);

  test('resolves what files name, and leaves out all that is not among them', () => {
    expect(Object.fromEntries(graph)).toEqual({
      'a.ts': ['b.ts'],
      'b.ts': ['x/c.ts', 'leaf.ts'],
      'leaf.ts': [],
      'self.ts': ['self.ts'],
      'user.ts': ['a.ts', 'x/d.ts'],
      'x/c.ts': ['a.ts'],
      'x/d.ts': ['x/e.ts'],
      'x/e.ts': ['x/d.ts'],
    });
  });

  test('finds each once, of any length, but not those who only import from one', () => {
    expect(importCycles(graph)).toEqual([
      ['a.ts', 'b.ts', 'x/c.ts'],
      ['self.ts'],
      ['x/d.ts', 'x/e.ts'],
    ]);
  });

  test('joins cycles that share a file', () => {
    const shared = new Map([
      ['hub', ['left', 'right']],
      ['left', ['hub']],
      ['right', ['hub']],
      ['top', ['hub']],
    ]);
    expect(importCycles(shared)).toEqual([['hub', 'left', 'right']]);
  });

  test('finds none in a graph without', () => {
    const layered = new Map([
      ['top', ['middle', 'bottom']],
      ['middle', ['bottom']],
      ['bottom', []],
    ]);
    expect(importCycles(layered)).toEqual([]);
  });
});

describe('scripts beside the library', () => {
  const scripts = ['bench', 'site', 'docs/results/alpha-mae-clusters'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => `${folder}/${name}`),
  );

  test.each(scripts)('%s imports files that are there', (script) => {
    const missing = importsOf(script, readFileSync(script, 'utf8'))
      .filter((specifier) => /^\.\.?\//.test(specifier))
      .map((specifier) => join(dirname(script), specifier))
      // what is compiled, by its source: nothing needs to be built for this
      .map((file) => (file.startsWith('dist/') ? `src/${file.slice(5, -3)}.ts` : file))
      .filter((file) => !existsSync(file));
    expect(missing).toEqual([]);
  });
});
