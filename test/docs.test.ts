import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { examplesOf, normalise, runExample, typeErrors } from './helpers/docs.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const docs = existsSync(join(root, 'docs')) ? readdirSync(join(root, 'docs')).sort() : [];
const pages = ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((n) => `docs/${n}`)];

function read(page: string): string {
  const path = join(root, page);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

const examples = pages.flatMap((page) => examplesOf(read(page)).map((e) => ({ page, ...e })));

describe('examples print what the page says', () => {
  // The examples of a page share a folder: a later one may read what an earlier one wrote.
  const folder = mkdtempSync(join(tmpdir(), 'symloss-docs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const example of examples) {
    const name = `${example.page}, line ${example.line}`;
    test(name, { timeout: 300_000 }, async () => {
      const cwd = join(folder, example.page.replaceAll('/', '-'));
      mkdirSync(cwd, { recursive: true });
      const { code, stdout, stderr } = await runExample(example.page, example, cwd);
      expect(code, stderr).toBe(0);
      expect(normalise(stdout)).toBe(normalise(example.output ?? stdout));
    });
  }

  test('their types fit', () => {
    expect(typeErrors(examples)).toBe('');
  });

  test('there is one in README.md', () => {
    expect(examples.map((example) => example.page)).toContain('README.md');
  });
});

describe('the extractor', () => {
  const page = [
    '# Title',
    '```ts run',
    'console.log(1 as number);',
    '```',
    'prints',
    '```text',
    '1',
    '```',
    '```ts',
    'not run;',
    '```',
    '```text',
    'belongs to nothing',
    '```',
    '<!-- run -->',
    '',
    '~~~~js title="x"',
    '```',
    '~~~~',
    '## Next',
    '```text',
    'under another heading',
    '```',
    '1. in a list',
    '   ```js run',
    '   if (true) {',
    '     f();',
    '   }',
    '   ```',
    '```sh run',
    'not a script of ours',
    '```',
  ].join('\n');

  test('finds marked blocks and what they print', () => {
    expect(examplesOf(page)).toEqual([
      { line: 2, language: 'ts', code: 'console.log(1 as number);', output: '1' },
      { line: 17, language: 'js', code: '```' },
      { line: 25, language: 'js', code: 'if (true) {\n  f();\n}' },
    ]);
  });

  test('reads Windows line ends alike', () => {
    expect(examplesOf(page.replaceAll('\n', '\r\n'))).toEqual(examplesOf(page));
  });

  test('refuses a fence that never closes', () => {
    expect(() => examplesOf('text\n```ts run\nf();\n')).toThrow('line 2: expected a closing fence');
  });

  test('finds nothing where nothing is marked', () => {
    expect(examplesOf('# Title\n\n```ts\nf();\n```\n')).toEqual([]);
  });
});

describe('the runner', () => {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-docs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('strips types and runs in the given folder', async () => {
    const code =
      "import { readdirSync } from 'node:fs';\nconsole.log(readdirSync('.').length as number);";
    const outcome = await runExample('self-test', { line: 1, language: 'ts', code }, folder);
    expect(outcome).toEqual({ code: 0, stdout: '0\n', stderr: '' });
  });

  test('resolves symloss to this package', async () => {
    const code = "console.log(import.meta.resolve('symloss/core'));";
    const outcome = await runExample('self-test', { line: 2, language: 'js', code }, folder);
    expect(outcome.stdout.trim()).toBe(new URL('../dist/node/core.js', import.meta.url).href);
  });

  test('reports a failing example', async () => {
    const code = "throw new Error('expected to fail');";
    const outcome = await runExample('self-test', { line: 3, language: 'js', code }, folder);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('expected to fail');
  });
});
