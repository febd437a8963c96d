import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromNumbers } from '../../src/core/index.ts';
import { openDataset } from '../../src/data/formats/index.ts';
import { add, input, mul, program, toOnnx } from '../../src/graph/index.ts';
import { exportOnnx } from '../../src/model/index.ts';
import { loadModel, saveModel } from '../../src/model/node/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { testedDevices } from '../helpers/devices.ts';
import { cardOf, partsOf, rawRows } from '../model/trained.ts';
import { digits, fromArrays, train } from '../train/package.ts';

/** What a process holds, after rubbish was collected. */
export interface Held {
  /** Of JavaScript and of buffers, in bytes. */
  readonly memory: number;
  /** Of the process as the system sees it, in bytes. */
  readonly resident: number;
  /** Timers, sockets, workers, … that are open. */
  readonly resources: number;
  /** Open files; 0 where there is no /proc to tell. */
  readonly files: number;
}

const folder = mkdtempSync(join(tmpdir(), 'symloss-soak-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const parts = partsOf();
await saveModel(folder, exportOnnx(parts), cardOf(parts));
const table = join(folder, 'data.csv');
writeFileSync(
  table,
  `a,y\n${Array.from({ length: 200 }, (_, i) => `${i / 8},${i % 3}`).join('\n')}\n`,
);

type Work = () => Promise<unknown>;

/** Each is done over and over, unless what it needs is not there; nothing of it may stay. */
const works: Readonly<Record<string, () => Promise<Work | undefined>>> = {
  async predictions() {
    const model = await loadModel(folder);
    const rows = rawRows(64);
    return () => model.predict(rows);
  },
  async loads() {
    const rows = rawRows(4);
    return async () => {
      const model = await loadModel(folder);
      await model.predict(rows);
      await model.dispose();
    };
  },
  async states() {
    const n = 1 << 18; // a mebibyte, and as much again for the next state
    const sum = add(input('sum', [n]), input('x', [n]));
    const model = toOnnx(program({ twice: mul(sum, 2), next: sum }));
    const view = toOnnx(program({ shifted: add(input('sum', [n]), 1) }));
    const values = fromNumbers('float32', [n], new Float32Array(n));
    const runner = nodeRunner({ native: true });
    const load = (output: string) =>
      runner.loadStateful(model, { first: { sum: values }, next: { sum: output } });
    return async () => {
      const executable = await load('next');
      const attached = await executable.attach(view);
      await executable.step({ x: values });
      await attached.run({});
      await executable.attach(model.subarray(1)).catch(() => {});
      await executable.step({}).catch(() => {});
      await executable.dispose();
      await load('no output').catch(() => {});
    };
  },
  async deviceStates() {
    const [runner] = await testedDevices();
    if (runner === undefined) return undefined;
    const n = 1 << 18; // a mebibyte
    const sum = add(input('sum', [n]), input('x', [n]));
    const model = toOnnx(program({ twice: mul(sum, 2), next: sum }), { target: 'device' });
    const view = toOnnx(program({ shifted: add(input('sum', [n]), 1) }), { target: 'device' });
    const values = fromNumbers('float32', [n], new Float32Array(n));
    const state = { first: { sum: values }, next: { sum: 'next' } };
    // one long training, which is read and evaluated now and then
    const executable = await runner.loadStateful(model, state);
    const attached = await executable.attach(view);
    let steps = 0;
    return async () => {
      await executable.step({ x: values });
      if (++steps % 10 > 0) return;
      await executable.step({}).catch(() => {});
      await attached.run({});
      await executable.read();
      await executable.write({ sum: values });
      await attached.run({});
    };
  },
  async datasets() {
    return () => openDataset(table, { label: 'y' });
  },
  async runs() {
    const features = Float32Array.from({ length: 400 }, (_, i) => Math.sin(i));
    const labels = Array.from({ length: 100 }, (_, i) => i % 2);
    const data = fromArrays({ features, featureShape: [4], labels });
    const settings = { loss: 'sgce:q=0.7', model: 'mlp:8', noise: 'symmetric:0.2' };
    return async () => {
      const model = await train({ data, ...settings, epochs: 3 });
      await model.predict(features);
      await model.dispose();
    };
  },
  async epochs() {
    const data = await digits();
    let told = () => {};
    let goOn = () => {};
    // one long run, which waits after every epoch until it is asked for the next
    const onEpoch = () =>
      new Promise<undefined>((resolve) => {
        goOn = () => resolve(undefined);
        told();
      });
    const first = new Promise<void>((resolve) => {
      told = resolve;
    });
    train({ data, model: 'linear', noise: 'symmetric:0.2', epochs: 100_000, onEpoch }).catch(
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
    await first;
    return () =>
      new Promise<void>((resolve) => {
        told = resolve;
        goOn();
      });
  },
};

async function held(): Promise<Held> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20)); // finalisers run between
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  let files = 0;
  try {
    files = readdirSync('/proc/self/fd').length;
  } catch {} // another system
  return {
    memory: heapUsed + external,
    resident: rss,
    resources: process.getActiveResourcesInfo().length,
    files,
  };
}

/** Works so many times, and tells what is held after a third, two thirds and all. */
process.on('message', async ({ name, times }: { name: string; times: number }) => {
  const work = await works[name]?.();
  const told: Held[] = [];
  if (work === undefined) return void process.send?.(told);
  for (let third = 0; third < 3; third++) {
    for (let i = 0; i < times / 3; i++) await work();
    told.push(await held());
  }
  process.send?.(told);
});
process.on('disconnect', () => process.exit());
process.send?.(Object.keys(works));
