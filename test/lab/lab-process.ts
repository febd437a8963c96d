import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { program } from '../cli/run.ts';

/** A command `symloss lab` that is running. */
export interface LabProcess {
  /** As it is printed, with the key. */
  readonly url: string;
  readonly child: ChildProcess;
  /** All that was printed so far. */
  output(): string;
  /** Ends it by a signal. @returns its exit code, or `null` where the signal ended it */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `symloss lab …` in a folder, and waits for its address. */
export async function startLabProcess(args: readonly string[], cwd: string): Promise<LabProcess> {
  const child = spawn(process.execPath, [program, 'lab', ...args], {
    ...{ cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000, killSignal: 'SIGKILL' },
  });
  let output = '';
  const ended = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    const add = (text: Buffer) => {
      output += text;
      const [, found] = /open in a browser: (\S+)\n/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    void ended.then(() => reject(new Error(`symloss lab ended: ${output}`)));
  });
  return {
    ...{ url, child },
    output: () => output,
    async end(signal = 'SIGINT') {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** A page of a lab; what it complains about, and what it asks of others, is collected. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[];
}

/** Opens the address of a lab, and waits for the heading of its room. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const { origin } = new URL(url);
  page.on('request', (request) => {
    const own = request.url();
    if (!own.startsWith(`${origin}/`) && !/^(data|blob):/.test(own)) complaints.push(own);
  });
  await page.goto(url);
  await page.locator('h1').first().waitFor();
  return { page, context, complaints };
}
