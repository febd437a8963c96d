import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from '../report/chromium.ts';

const folder = fileURLToPath(new URL('../../dist/lab/', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.gz': 'application/gzip',
};

export interface Site extends AsyncDisposable {
  /** Of the page. */
  readonly address: string;
  /** The bytes of all files sent since the last call. */
  sent(): number;
}

/** Serves the built lab as a plain web server does, below a path of its own, and with nothing that answers `api/`. */
export async function serveLab(): Promise<Site> {
  if (!existsSync(join(folder, 'index.html'))) throw new Error('dist/lab: run `npm run build`');
  const base = '/some/path/';
  let bytes = 0;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname.replace(base, '') || 'index.html';
    const file = join(folder, name);
    const isThere = pathname.startsWith(base) && file.startsWith(folder) && existsSync(file);
    if (!isThere) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
      return;
    }
    const body = readFileSync(file);
    bytes += body.length;
    const type = types[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}${base}`,
    sent() {
      const before = bytes;
      bytes = 0;
      return before;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A browser and the built page, for the tests of a block. */
export function labInBrowser(): { readonly browser: Browser; readonly site: Site } {
  const own: { browser?: Browser; site?: Site } = {};
  beforeAll(async () => {
    [own.browser, own.site] = await Promise.all([launchChromium(), serveLab()]);
  });
  afterAll(async () => {
    await own.browser?.close();
    await own.site?.[Symbol.asyncDispose]();
  });
  return own as Required<typeof own>;
}

/** Opens a room. What the page complains about, and what it asks of others, is collected. */
export async function openLab(
  { browser, site }: { readonly browser: Browser; readonly site: Site },
  hash = '',
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(site.address) && !/^(data|blob):/.test(url)) complaints.push(url);
  });
  await page.goto(`${site.address}${hash}`);
  await page.locator('h1').first().waitFor();
  return { page, complaints };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules of accessibility that axe finds broken, seriously or worse: `color-contrast: .lead`. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // evaluated by the debugger, which the page's policy does not stop
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  });
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly target: readonly string[] }[];
  }[];
}
