import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { chromium } from 'playwright-core';

/** A Chromium of this machine, if there is one; tests that need it are skipped elsewhere. */
export const chromiumPath: string | undefined = [
  process.env['SYMLOSS_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

export const noChromium =
  'no Chromium at SYMLOSS_CHROMIUM, /usr/bin/chromium or /usr/bin/google-chrome';

/** Arguments with which it has WebGPU on SwiftShader, which is part of it. */
export const softwareGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  // a root user has no sandbox
  return chromium.launch({
    executablePath: chromiumPath as string,
    args: ['--no-sandbox', ...args],
  });
}

/** Opens a report without a network; what it asks for or complains about is collected. */
export async function openPage(browser: Browser, file: string, options: BrowserContextOptions) {
  const page = await browser.newPage({ offline: true, ...options });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  const address = pathToFileURL(file).href;
  page.on('request', (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith('data:')) complaints.push(url);
  });
  await page.goto(address);
  await page.locator('figure').first().waitFor();
  return { page, complaints };
}
