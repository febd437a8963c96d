import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll } from 'vitest';
import type * as symlossWeb from '../../src/browser/index.ts';
import { serveFolder } from '../helpers/static-server.ts';
import { launchChromium } from '../report/chromium.ts';

declare global {
  /** Of the page. */
  var symloss: typeof symlossWeb;
  var blobs: () => { features: number[][]; labels: number[] };
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the example and the page of these tests as a user would, from what the package exports. */
async function buildSite(folder: string): Promise<void> {
  await build({
    configFile: join(root, 'examples/browser/vite.config.js'),
    logLevel: 'error',
    root,
    build: {
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: {
        input: ['examples/browser/index.html', 'test/browser/site/index.html'].map((page) =>
          join(root, page),
        ),
      },
    },
  });
}

/** The built site in a browser, for the tests of a block. Pages are opened once it is there. */
export function siteInBrowser() {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-site-'));
  const requests: string[] = [];
  const complaints: string[] = [];
  let server: Awaited<ReturnType<typeof serveFolder>>;
  let browser: Browser;

  async function open(path: string): Promise<Page> {
    const opened = await browser.newPage();
    opened.on('request', (request) => requests.push(request.url()));
    opened.on('console', (message) => complaints.push(message.text()));
    opened.on('pageerror', (error) => complaints.push(error.message));
    await opened.goto(`${server.origin}${path}`);
    return opened;
  }

  async function openTests(path: string): Promise<Page> {
    const opened = await open(`${path}test/browser/site/index.html`);
    await opened.waitForFunction(() => globalThis.symloss !== undefined);
    return opened;
  }

  beforeAll(async () => {
    await buildSite(folder);
    server = await serveFolder(folder);
    browser = await launchChromium();
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  return {
    folder,
    requests,
    complaints,
    open,
    openTests,
    get origin() {
      return server.origin;
    },
  };
}
