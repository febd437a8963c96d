import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

/**
 * Builds the page of this folder as a user would build one, serves it with the headers of an isolated page, and opens it in Chromium.
 * @param {string} executablePath
 * @param {readonly string[]} args of Chromium
 */
export async function openPage(executablePath, args = []) {
  const outDir = mkdtempSync(join(tmpdir(), 'symloss-bench-'));
  const config = {
    configFile: /** @type {const} */ (false),
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: /** @type {const} */ ('error'),
    worker: { format: /** @type {const} */ ('es') },
    build: { outDir, emptyOutDir: true, target: 'esnext' },
    preview: {
      port: 0,
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
  };
  await build(config);
  const server = await preview(config);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });
  const session = await browser.newBrowserCDPSession();
  const page = await browser.newPage();
  await page.goto(String(server.resolvedUrls?.local[0]));
  await page.waitForFunction('globalThis.bench !== undefined');
  return {
    version: browser.version(),
    /**
     * Calls what the page has in `bench`.
     * @param {string} name
     * @param {unknown} argument
     */
    call: (name, argument) =>
      page.evaluate(
        ([own, given]) => {
          const { bench } = /** @type {{ bench: Record<string, Function> }} */ (
            /** @type {unknown} */ (globalThis)
          );
          return /** @type {Function} */ (bench[/** @type {string} */ (own)])(given);
        },
        [name, argument],
      ),
    /** Seconds of processor time that Chromium's processes have taken, in all. */
    async processorTime() {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(outDir, { recursive: true });
    },
  };
}
