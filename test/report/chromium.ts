import { existsSync } from 'node:fs';

/** A Chromium of this machine, if there is one; tests that need it are skipped elsewhere. */
export const chromiumPath: string | undefined = [
  process.env['SYMLOSS_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

export const noChromium =
  'no Chromium at SYMLOSS_CHROMIUM, /usr/bin/chromium or /usr/bin/google-chrome';
