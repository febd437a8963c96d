import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { webgpuFiles } from '../../src/server/api/types.ts';
import { findWebgpuBuild } from '../../src/server/webgpu-build.ts';
import { makeSite, openLab, temporaryFolder } from './lab.ts';

const folder = temporaryFolder();
const site = makeSite(folder);
const { script, wasm } = webgpuFiles;

/** A folder beside which a package onnxruntime-web is installed that has these files. */
function withPackage(name: string, files: readonly string[]): string {
  const root = join(folder, name, 'node_modules', 'onnxruntime-web');
  mkdirSync(join(root, 'dist'), { recursive: true });
  const exports = { '.': './dist/other.mjs', [`./${wasm}`]: `./dist/${wasm}` };
  writeFileSync(
    join(root, 'package.json'),
    JSON.stringify({ name: 'onnxruntime-web', version: '1.30.0', exports }),
  );
  for (const file of [...files, 'other.mjs']) writeFileSync(join(root, 'dist', file), `// ${file}`);
  return join(folder, name, 'symloss.js');
}

const installed = withPackage('installed', [script, wasm]);
const dist = join(dirname(installed), 'node_modules', 'onnxruntime-web', 'dist');
symlinkSync(join(dist, script), join(dist, 'link.mjs'));
const lab = await openLab(undefined, { site, packagesFrom: installed });
const headers = { cookie: lab.cookie };

describe('onnxruntime-web as it is installed here', () => {
  test('has the files, and the script asks for no other', () => {
    const found = findWebgpuBuild() as string;
    expect(join(found, wasm)).toBe(
      createRequire(import.meta.url).resolve(`onnxruntime-web/${wasm}`),
    );
    const code = readFileSync(join(found, script), 'utf8');
    const named = code.match(/new URL\("[\w.-]+\.wasm",import\.meta\.url\)/g) ?? [];
    expect(new Set(named)).toEqual(new Set([`new URL("${wasm}",import.meta.url)`]));
  });
});

describe('its build for graphics cards', () => {
  test.each([
    [script, 'text/javascript'],
    [wasm, 'application/wasm'],
  ])('%s is served as %s, with what keeps the page by itself', async (name, type) => {
    const page = await lab.ask('/', { headers });
    const answer = await lab.ask(`/ort/${name}`, { headers });
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([
      200,
      type,
      `// ${name}`,
    ]);
    expect(answer.headers['content-security-policy']).toContain(
      "script-src 'self' 'wasm-unsafe-eval'",
    );
    for (const header of [
      ...['content-security-policy', 'cross-origin-embedder-policy', 'x-content-type-options'],
      ...['cross-origin-resource-policy', 'referrer-policy'],
    ]) {
      expect(answer.headers[header]).toBe(page.headers[header]);
    }
  });

  test('is not sent twice, and anew when it is another one', async () => {
    const { etag = '', 'cache-control': kept } = (await lab.ask(`/ort/${script}`, { headers }))
      .headers;
    expect(kept).toBe('private, no-cache');
    const again = () =>
      lab.ask(`/ort/${script}`, { headers: { ...headers, 'if-none-match': etag } });
    const { status, text } = await again();
    expect([status, text]).toEqual([304, '']);
    writeFileSync(join(dist, script), `// another ${script}`);
    expect((await again()).text).toBe(`// another ${script}`);
    writeFileSync(join(dist, script), `// ${script}`);
  });

  test('needs the key', async () => {
    expect((await lab.ask(`/ort/${script}`)).status).toBe(401);
  });

  test.each([
    ...['other.mjs', 'link.mjs', 'package.json', '../package.json', '..%2fpackage.json'],
    ...[`..%2f..%2fonnxruntime-web%2fdist%2f${script}`, `%2e%2e/dist/${script}`, 'constructor'],
    ...[`${script}%00`, `${script}/`, `sub/${script}`, '', '..%5cpackage.json', '__proto__'],
  ])('/ort/%s is none of it', async (name) => {
    expect((await lab.ask(`/ort/${name}`, { headers })).status).toBe(404);
  });

  test('is told to the page', async () => {
    const { text } = await lab.ask('/', { headers });
    expect(text).toContain('<meta name="symloss-lab-webgpu" content="here">');
  });
});

test.each([
  ['not installed', join(folder, 'nowhere', 'symloss.js')],
  ['a version without the script', withPackage('older', [wasm])],
  ['a version without the WebAssembly', withPackage('other', [script])],
])(
  'where onnxruntime-web is %s there is no file, and the page is not told of one',
  async (_, from) => {
    const without = await openLab(undefined, { site, packagesFrom: from });
    const own = { cookie: without.cookie };
    for (const name of [script, wasm]) {
      expect((await without.ask(`/ort/${name}`, { headers: own })).status).toBe(404);
    }
    const { text } = await without.ask('/', { headers: own });
    expect(text).toContain('symloss-lab-server');
    expect(text).not.toContain('symloss-lab-webgpu');
  },
);
