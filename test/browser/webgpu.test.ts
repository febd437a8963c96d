import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { Rolldown } from 'vite';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Op } from '../../src/graph/index.ts';
import { deviceTimeout } from '../helpers/devices.ts';
import { trainingOf } from '../helpers/state-trace.ts';
import { chromiumPath, launchChromium, noChromium, softwareGpu } from '../report/chromium.ts';
import { tolerances } from '../tolerances.ts';
import type * as page from './page.ts';

type Script = Omit<typeof page, 'kept'>;

const origin = 'https://symloss.test';
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const importMap = {
  imports: { 'onnxruntime-web/webgpu': `${origin}/ort/ort.webgpu.bundle.min.mjs` },
};

/** The page's script, which imports onnxruntime-web from where the import map says. */
async function bundlePage(): Promise<string> {
  const [{ output }] = (await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: { entry: file('page.ts'), formats: ['es'] },
      // in one file: a part would wait for the page's script, which waits for it
      rolldownOptions: { external: /^onnxruntime-web/, output: { codeSplitting: false } },
    },
  })) as [Rolldown.RolldownOutput];
  return output[0].code;
}

async function openPage(browser: Browser): Promise<Page> {
  const code = await bundlePage();
  const opened = await browser.newPage();
  await opened.route(`${origin}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const path = file(`../../node_modules/onnxruntime-web/dist/${pathname.replace('/ort/', '')}`);
    if (pathname === '/page.js')
      await route.fulfill({ contentType: 'text/javascript', body: code });
    else if (pathname.startsWith('/ort/') && existsSync(path)) await route.fulfill({ path });
    else {
      const map = `<script type="importmap">${JSON.stringify(importMap)}</script>`;
      const load = `<script type="module">import * as script from '/page.js'; globalThis.script = script;</script>`;
      await route.fulfill({ contentType: 'text/html', body: `<!doctype html>${map}${load}` });
    }
  });
  await opened.goto(`${origin}/`);
  await opened.waitForFunction('globalThis.script !== undefined', undefined, {
    timeout: deviceTimeout,
  });
  return opened;
}

const missing = chromiumPath === undefined ? ` (skipped: ${noChromium})` : '';

describe.skipIf(chromiumPath === undefined)(
  `onnxruntime-web's WebGPU in Chromium on SwiftShader${missing}`,
  { timeout: deviceTimeout },
  () => {
    let browser: Browser;
    let opened: Page;

    beforeAll(async () => {
      browser = await launchChromium(softwareGpu);
      opened = await openPage(browser);
    }, deviceTimeout);

    afterAll(async () => browser?.close());

    /** Calls a function of the page's script. */
    function call<F extends keyof Script>(
      name: F,
      ...args: Parameters<Script[F]>
    ): Promise<Awaited<ReturnType<Script[F]>>> {
      return opened.evaluate(
        ([f, given]) => {
          const { script } = globalThis as unknown as {
            script: Record<string, (...a: unknown[]) => unknown>;
          };
          return script[f as string]!(...(given as unknown[]));
        },
        [name, args] as const,
      ) as Promise<Awaited<ReturnType<Script[F]>>>;
    }

    test('agrees with the interpreter on what a device is checked with', async () => {
      expect(await call('runCheck')).toBe('equal');
    });

    test.each<[string, Op[], number]>([
      [
        'convolutions and their gradients',
        ['conv2d', 'conv2dInputGrad', 'conv2dWeightGrad'],
        tolerances.float32Sum,
      ],
      ['pooling', ['maxPool', 'maxPoolGrad', 'avgPool'], tolerances.float32Sum],
      [
        'products, sums and logarithms',
        [
          'matMul',
          'sum',
          'max',
          'softmax',
          'logSoftmax',
          'logSumExp',
          'expm1',
          'log1p',
          'sign',
          'or',
        ],
        tolerances.float32Op,
      ],
    ])('computes %s', async (_, ops, tolerance) => {
      const outcomes = await call('runOps', ops, tolerance);
      expect(outcomes.length).toBeGreaterThan(ops.length);
      expect(outcomes.filter(({ outcome }) => outcome !== 'equal')).toEqual([]);
    });

    test.each([
      { model: 'mlp:16', loss: 'ce', shape: [8] },
      { model: 'mlp:16', loss: 'sgce:q=0.4', shape: [8] },
      { model: 'mlp:16', loss: 'nce+agce', shape: [8] },
      { model: 'cnn4', loss: 'ce', shape: [1, 4, 4] },
    ])('takes the training step of $model with $loss', async (wanted) => {
      const { outcome } = await call('runStep', wanted, tolerances.float32Net);
      expect(outcome).toBe('equal');
    });

    test.each([
      { model: 'mlp:16', shape: [20] },
      { model: 'cnn4', shape: [3, 8, 8] },
    ])('keeps the state of $model, with the bits that it has when it is fed', async (wanted) => {
      const fed = await call('traceTraining', wanted, 'fed');
      const held = await call('traceTraining', wanted, 'held');
      expect([fed.place, held.place]).toEqual(['javascript', 'device']);
      expect({ ...held, place: '' }).toEqual({ ...fed, place: '' });
      expect(new Set(held.losses).size).toBe(10);
    });

    test('copies the batch only, and makes no buffers, while the state stays', async () => {
      const wanted = { model: 'mlp:64', shape: [200] };
      const fed = await call('countSteps', wanted, 'fed', 20);
      const held = await call('countSteps', wanted, 'held', 100);
      const { state } = trainingOf(wanted.model, wanted.shape);
      const tensors = Object.values(state.first);
      const bytes = tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
      const padding = 16 * tensors.length;
      for (const way of ['up', 'down'] as const) {
        expect(fed[way] - held[way]).toBeGreaterThanOrEqual(bytes);
        expect(fed[way] - held[way]).toBeLessThanOrEqual(bytes + padding);
      }
      // the objective; the batch, and the sizes that operators are told
      expect(held.down).toBe(16);
      expect(held.up).toBeLessThan(2 * 6 * 200 * Float32Array.BYTES_PER_ELEMENT);
      expect(held.buffers[1]).toBe(held.buffers[0]);
    });
  },
);
