import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromNumbers } from '../../src/core/index.ts';
import { digits } from '../../src/data/formats/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import { loadModel } from '../../src/model/node/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { deviceTimeout } from '../helpers/devices.ts';
import { chromiumPath, launchChromium, noChromium, softwareGpu } from '../report/chromium.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { runModule, train } from '../train/package.ts';
import { siteInBrowser } from './built-site.ts';

/** Bytes of the scripts as servers send them, gzipped, without those of onnxruntime-web. */
const mostBytes = { train: 152_000, worker: 65_000 };

const missing = chromiumPath === undefined ? ` (skipped: ${noChromium})` : '';

describe.skipIf(chromiumPath === undefined)(`symloss/web in Chromium${missing}`, () => {
  const site = siteInBrowser();
  const { open, openTests } = site;
  let page: Page;
  beforeAll(async () => {
    page = await openTests('/');
  });

  test('the example trains on digits as Node does, and its ONNX file predicts in Node', async () => {
    const example = await open('/examples/browser/index.html');
    await example.click('#train');
    await example.waitForFunction(() =>
      /right/.test(document.querySelector('#status')?.textContent ?? ''),
    );
    const shown = await example.textContent('#status');
    const accuracy = Number(/^([\d.]+) %/.exec(shown as string)?.[1]) / 100;
    const data = await digits();
    const options = { noise: 'symmetric:0.4', loss: 'sgce:q=0.7', epochs: 30 } as const;
    const { metrics } = await train({ data, ...options });
    expect(Math.abs(accuracy - (metrics.evaluation?.accuracy as number))).toBeLessThanOrEqual(
      tolerances.trainedAccuracy,
    );

    const [download] = await Promise.all([
      example.waitForEvent('download'),
      example.click('#download'),
    ]);
    const session = await nodeRunner().load(readFileSync(await download.path()));
    const features = fromNumbers('float32', [data.labels.length, 64], data.features);
    const { label } = await session.run({ features });
    const right = Array.from(label?.data as BigInt64Array).filter(
      (index, row) => Number(index) === data.labels[row],
    ).length;
    expect(right / data.labels.length).toBeGreaterThan(accuracy - 0.05);
    await session.dispose();
    await example.close();
  });

  test('the example can be stopped', async () => {
    const example = await open('/examples/browser/index.html');
    await example.click('#train');
    await example.waitForFunction(() =>
      /epoch/.test(document.querySelector('#status')?.textContent ?? ''),
    );
    await example.click('#stop');
    await example.waitForFunction(
      () => document.querySelector('#status')?.textContent === 'stopped',
    );
    await example.close();
  });

  test('a model that was trained in the page is the same in Node, and when it is loaded again', async () => {
    const made = await page.evaluate(async () => {
      const { features, labels } = blobs();
      const data = symloss.fromArrays({ features, labels });
      const model = await symloss.train({ data, loss: 'ce', model: 'mlp:8', epochs: 3, seed: 2 });
      const { labels: own, probs } = await model.predict(features);
      const files = await model.files();
      const again = await symloss.loadModel({
        'model.onnx': new Blob([files['model.onnx'] as Uint8Array<ArrayBuffer>]),
        'model.json': files['model.json'],
      });
      const loaded = await again.predict(features);
      const isSame = loaded.probs.every((row, i) => row.every((p, c) => p === probs[i]?.[c]));
      await Promise.all([model.dispose(), again.dispose()]);
      return {
        ...{ features, own, isSame },
        probs: probs.map((row) => [...row]),
        onnx: [...files['model.onnx']],
        json: files['model.json'],
      };
    });
    expect(made.isSame).toBe(true);
    const saved = mkdtempSync(join(tmpdir(), 'symloss-page-model-'));
    writeFileSync(join(saved, 'model.onnx'), Uint8Array.from(made.onnx));
    writeFileSync(join(saved, 'model.json'), made.json);
    const model = await loadModel(saved);
    const { labels, probs } = await model.predict(made.features);
    expect(labels).toEqual(made.own);
    const differences = probs.flatMap((row, i) =>
      Array.from(row, (p, c) => Math.abs(p - (made.probs[i]?.[c] as number))),
    );
    expect(Math.max(...differences)).toBeLessThanOrEqual(tolerances.float32Net);
    await model.dispose();
    rmSync(saved, { recursive: true });
  });

  test('epochs and steps are told, with what the network says of the rows to probe', async () => {
    const told = await page.evaluate(async () => {
      const { features, labels } = blobs();
      const data = symloss.fromArrays({ features, labels });
      const probe = features.slice(0, 5);
      const epochs: { epoch: number; probe: number[] }[] = [];
      const steps: { step: number; steps: number; probe: number }[] = [];
      let ticks = 0;
      const timer = setInterval(() => ticks++, 1);
      const model = await symloss.train({
        ...{ data, probe, loss: 'ce', model: 'mlp:8', epochs: 4, validation: 0, test: 0 },
        onEpoch: ({ epoch }, probed) => {
          epochs.push({ epoch, probe: [...(probed.probe ?? [])] });
          return epoch === 3 ? 'stop' : undefined;
        },
        onStep: ({ step, steps: all, probe: probs }) => {
          steps.push({ step, steps: all, probe: probs?.length ?? 0 });
        },
      });
      clearInterval(timer);
      const { probs } = await model.predict(probe);
      await model.dispose();
      return { epochs, steps, ticks, probs: probs.flatMap((row) => [...row]) };
    });
    expect(told.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(told.steps[0]).toEqual({ step: 1, steps: 4 * 6, probe: 10 });
    expect(told.ticks).toBeGreaterThan(0);
    // without rows to calibrate on the probabilities of the model are those of its network
    const last = told.epochs.at(-1)?.probe as number[];
    expect(last).toHaveLength(10);
    const differences = last.map((p, i) => Math.abs(p - (told.probs[i] as number)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(tolerances.float32Net);
  });

  test('averages of the weights are those of Node', async () => {
    const [blobs, averaged, plain] = await page.evaluate(async () => {
      const made = globalThis.blobs();
      const data = symloss.fromArrays(made);
      const probsOf = async (ema: number) => {
        const shared = { data, loss: 'ce', model: 'mlp:8', epochs: 1, validation: 0, test: 0 };
        const model = await symloss.train({ ...shared, ema });
        const { probs } = await model.predict(made.features);
        await model.dispose();
        return probs.flatMap((row) => [...row]);
      };
      return [made, await probsOf(0.9), await probsOf(0)] as const;
    });
    const model = await train({
      ...{ data: fromArrays(blobs), loss: 'ce', model: 'mlp:8', epochs: 1 },
      ...{ validation: 0, test: 0, ema: 0.9 },
    });
    const { probs } = await model.predict(blobs.features);
    await model.dispose();
    const expected = probs.flatMap((row) => [...row]);
    expect(firstDifference(averaged, expected, tolerances.float32Steps)).toBe(-1);
    expect(firstDifference(averaged, plain, tolerances.float32Steps)).not.toBe(-1);
  });

  test('errors arrive as SymlossErrors with their text, an abort as its reason', async () => {
    const errors = await page.evaluate(async () => {
      const { features, labels } = blobs();
      const data = symloss.fromArrays({ features, labels });
      const shared = { data, loss: 'unhinged', model: 'mlp:8', epochs: 50 } as const;
      const controller = new AbortController();
      const attempts: (() => Promise<unknown>)[] = [
        () =>
          symloss.train({
            ...shared,
            ...{ optimizer: 'sgd', learningRate: 1e30, scores: 'none' },
          }),
        () => symloss.train({ ...shared, epochs: -1 }),
        () => symloss.train({ ...shared, noise: 'matrix:file.csv' }),
        () => symloss.train({ ...shared, threads: 2 }),
        () => symloss.train({ ...shared, device: 'cuda' }),
        () => symloss.loadModel({ 'model.onnx': new Uint8Array(), 'model.json': '{' }),
        async () => symloss.loadModel({ 'model.onnx': await fetch('none'), 'model.json': '' }),
        () =>
          symloss.train({
            ...{ ...shared, learningRate: 1e-3, signal: controller.signal },
            onEpoch: () => controller.abort(new Error('enough')),
          }),
        () =>
          symloss.train({
            ...{ ...shared, learningRate: 1e-3 },
            onEpoch: () => {
              throw new Error('from the callback');
            },
          }),
      ];
      const texts: string[] = [];
      for (const attempt of attempts) {
        try {
          await attempt();
          texts.push('no error');
        } catch (error) {
          const kind = error instanceof symloss.SymlossError ? 'SymlossError' : 'Error';
          texts.push(`${kind}: ${(error as Error).message}`);
        }
      }
      return texts;
    });
    expect(errors).toEqual([
      expect.stringMatching(/^SymlossError: training, epoch 1, step \d: expected a finite loss/),
      'SymlossError: epochs: expected an integer from 1 to 100000, received -1',
      'SymlossError: noise: expected a spec without a file, in a page, received file.csv; make the noise with matrixNoise or asymmetricNoise of symloss/noise',
      'SymlossError: threads: expected 1 in a page that is not cross-origin isolated, received 2; serve the page with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
      'SymlossError: device: expected cpu or webgpu, in a page, received cuda',
      expect.stringMatching(/^SymlossError: model.json: expected JSON, received/),
      'SymlossError: model.onnx: expected a file that is there, received status 404 of the server',
      'Error: enough',
      'Error: from the callback',
    ]);
  });

  test('losses are compared, chosen, and labels audited', { timeout: 240_000 }, async () => {
    const found = await page.evaluate(async () => {
      const { features, labels } = blobs();
      labels[1] = 0;
      const data = symloss.fromArrays({ features, labels });
      const shared = { data, model: 'mlp:8', epochs: 8 } as const;
      const runs = await symloss.compare({
        ...{ ...shared, losses: ['ce', 'sgce:q=0.7'], seeds: [1, 2], jobs: 2 },
      });
      const auto = await symloss.train({ ...shared, effort: 'quick', threads: 2 });
      const audited = await symloss.auditDataset({ ...shared, loss: 'elr', folds: 2, repeats: 1 });
      const plain = symloss.audit({ labels, probs: audited.probs, classCount: 2 });
      return {
        ...{ features, labels },
        runs: runs.map(({ loss, seed, trained }) => [
          ...[loss, seed, trained?.metrics.evaluation?.accuracy],
        ]),
        chosen: auto.metrics.auto?.words.chose,
        suspects: [...audited.suspects.rows],
        remembered: Array.from(audited.memoryProbs ?? [], Math.round),
        issues: plain.issues.length,
      };
    });
    const { features, labels } = found;
    const inNode = await runModule.compare({
      ...{ data: fromArrays({ features, labels }), model: 'mlp:8', epochs: 8 },
      ...{ losses: ['ce', 'sgce:q=0.7'], seeds: [1, 2] },
    });
    expect(found.runs).toEqual(
      inNode.map(({ loss, seed, trained }) => [
        ...[loss, seed, trained?.metrics.evaluation?.accuracy],
      ]),
    );
    expect(found.chosen).toMatch(/the mean of 3 models/);
    const { suspects, memoryProbs } = await runModule.auditDataset({
      ...{ data: fromArrays({ features, labels }), model: 'mlp:8', epochs: 8 },
      ...{ loss: 'elr', folds: 2, repeats: 1 },
    });
    expect(found.remembered).toEqual(Array.from(memoryProbs as Float64Array, Math.round));
    expect(found.suspects).toContain(1);
    expect(found.suspects).toEqual([...suspects.rows]);
    expect(found.issues).toBeGreaterThan(0);
  });

  test.each(['/', '/isolated/'])('images of bytes are trained on below %s', async (path) => {
    const opened = await openTests(path);
    const isolated = await opened.evaluate(() => globalThis.crossOriginIsolated);
    expect(isolated).toBe(path === '/isolated/');
    const accuracy = await opened.evaluate(
      async (threads) => {
        const n = 200;
        const labels = Array.from({ length: n }, (_, i) => i % 2);
        const features = Uint8Array.from({ length: n * 16 }, (_, i) => {
          const row = Math.floor(i / 16);
          return i % 4 < 2 === (row % 2 === 0) ? 200 + (i % 7) : 20 + (i % 11);
        });
        const data = symloss.fromArrays({ features, featureShape: [1, 4, 4], labels });
        const model = await symloss.train({
          ...{ data, loss: 'ce', model: 'mlp:8', epochs: 5, augment: 'crop:1', threads },
        });
        return model.metrics.evaluation?.accuracy;
      },
      isolated ? 2 : 1,
    );
    expect(accuracy).toBe(1);
    await opened.close();
  });

  test('a worker is taken over by the next run', async () => {
    const opened = await openTests('/');
    const train = () =>
      opened.evaluate(async () => {
        const data = symloss.fromArrays(blobs());
        await symloss.train({ data, loss: 'ce', model: 'linear', epochs: 1 });
      });
    await train();
    const [first, ...others] = opened.workers();
    await train();
    expect(opened.workers()).toEqual([first]);
    expect(others).toEqual([]);
    await opened.close();
  });

  test('a worker that does not load is an error that says so', async () => {
    const opened = await openTests('/');
    await opened.route(/worker-[^/]*\.js$/, (route) => route.abort());
    const text = await opened.evaluate(async () => {
      const data = symloss.fromArrays(blobs());
      return symloss.train({ data, loss: 'ce', epochs: 1 }).then(
        () => 'no error',
        (error) => `${error instanceof symloss.SymlossError}: ${error.message}`,
      );
    });
    expect(text).toBe(
      'true: worker: expected the script of symloss that trains, received a script that does not load; let the bundler take it along as a module, see docs/browser.md; and let the Content-Security-Policy allow workers and WebAssembly',
    );
    await opened.close();
  });

  test('a page without a graphics card says so, when it is asked to use one', async () => {
    const text = await page.evaluate(async () => {
      const data = symloss.fromArrays(blobs());
      return symloss.train({ data, loss: 'ce', epochs: 1, device: 'webgpu' }).then(
        () => 'no error',
        (error) => `${error instanceof symloss.SymlossError}: ${error.message}`,
      );
    });
    expect(text).toBe(
      'true: device webgpu: expected a graphics card that the page may use, received none; WebGPU needs a browser that has it, and a page that is served by https or from this machine; the device cpu needs nothing',
    );
  });

  test('WebGPU trains as the processor does, on SwiftShader', {
    timeout: deviceTimeout,
  }, async () => {
    const own = await launchChromium(softwareGpu);
    const opened = await own.newPage();
    await opened.goto(`${site.origin}/test/browser/site/index.html`);
    await opened.waitForFunction(() => globalThis.symloss !== undefined);
    const [cpu, gpu] = await opened.evaluate(async () => {
      const data = symloss.fromArrays(blobs());
      const made: number[][] = [];
      for (const device of ['cpu', 'webgpu'] as const) {
        const shared = { data, loss: 'sgce:q=0.7', model: 'mlp:8', validation: 0 } as const;
        const losses: number[] = [];
        await symloss.train({
          ...{ ...shared, epochs: 2, device },
          onEpoch: ({ loss }) => {
            losses.push(loss);
          },
        });
        made.push(losses);
      }
      return made;
    });
    expect(gpu).toHaveLength(2);
    expect(firstDifference(gpu as number[], cpu as number[], tolerances.float32Steps)).toBe(-1);
    await own.close();
  });

  test('nothing is asked of another origin, and the console stays empty', () => {
    expect(site.requests.filter((url) => !url.startsWith(site.origin))).toEqual([]);
    expect(site.complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });

  test('the scripts are small', () => {
    const assets = join(site.folder, 'assets');
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
    const sizes = new Map(
      scripts
        .filter((name) => !/webgpu/.test(name))
        .map((name) => [
          name.replace(/-[\w-]{8}\.js$/, ''),
          gzipSync(readFileSync(join(assets, name))).length,
        ]),
    );
    console.log([...sizes].map(([name, bytes]) => `${name} ${bytes}`).join(', '));
    for (const [name, most] of Object.entries(mostBytes)) {
      expect(sizes.get(name)).toBeGreaterThan(0);
      expect(sizes.get(name)).toBeLessThan(most);
    }
  });
});
