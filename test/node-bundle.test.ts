import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { staticImports } from './helpers/static-imports.ts';

/*
 * What Node gets of the package, the command line included, is bundled into `dist/node` (vite.node.config.ts), pages and other bundlers
 * get the files of `dist`: both are the same library.
 */

interface Target {
  readonly types: string;
  readonly node?: string;
  readonly default: string;
}

const root = new URL('../', import.meta.url);
const textOf = (file: string | URL) => readFileSync(new URL(file, root), 'utf8');

/** What a script that Node runs as it is prints as JSON. */
function told(script: string): unknown {
  const args = ['--input-type=module', '--eval', script];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
}

const { exports } = JSON.parse(textOf('package.json')) as {
  exports: Readonly<Record<string, Target | string>>;
};
const entries = Object.entries(exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [[name, target] as const],
);

test('all entries but that for pages have a file for Node', () => {
  expect(entries.filter(([, target]) => target.node === undefined).map(([name]) => name)).toEqual([
    './web',
  ]);
});

test('Node gets the same names as others', () => {
  const files = Object.fromEntries(
    entries.flatMap(([name, { node, default: others }]) => (node ? [[name, [node, others]]] : [])),
  );
  const names = told(`
    const namesOf = async (file) => Object.keys(await import(file)).sort();
    const names = {};
    for (const [name, files] of Object.entries(${JSON.stringify(files)})) {
      names[name] = await Promise.all(files.map(namesOf));
    }
    console.log(JSON.stringify(names));
  `) as Readonly<Record<string, readonly [string[], string[]]>>;
  expect(Object.keys(names)).toEqual(Object.keys(files));
  for (const [bundled, others] of Object.values(names)) {
    expect(bundled.length).toBeGreaterThan(0);
    expect(bundled).toEqual(others);
  }
});

test('what two entries export is there once', () => {
  const same = told(`
    const [all, core, run, losses] = await Promise.all(
      ['symloss', 'symloss/core', 'symloss/run', 'symloss/losses'].map((name) => import(name)));
    console.log(JSON.stringify([
      all.SymlossError === core.SymlossError, all.train === run.train, all.parseLoss === losses.parseLoss,
      typeof all.SymlossError, typeof all.train, import.meta.resolve('symloss'),
    ]));
  `);
  const index = new URL('dist/node/index.js', root).href;
  expect(same).toEqual([true, true, true, 'function', 'function', index]);
});

test('the command line starts from a few files, without a package', () => {
  const { files, packages } = staticImports(new URL('dist/node/main.js', root));
  expect(packages).toEqual([]);
  expect(files.size).toBeGreaterThan(5);
  expect(files.size).toBeLessThan(80); // 740 of our own and 170 of packages before they were bundled
});
