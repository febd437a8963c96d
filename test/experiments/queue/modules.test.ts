import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { queueExecutor } from '../../../src/experiments/executors/queue/index.ts';
import type { PlannedRun, RunConfig } from '../../../src/run/config.ts';
import { runId } from '../../../src/run/run-id.ts';
import { folders } from '../../cli/run.ts';
import { CliWorker } from './cli-worker.ts';
import { collect, gridOf } from './grid.ts';
import { noRedis, RedisServer } from './redis.ts';

const folder = folders('queue-modules');
const open: { remove: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.remove();
});

async function start(
  args: readonly string[],
  password = 'hunter2',
): Promise<{ url: string; worker: CliWorker }> {
  const server = await RedisServer.start(['--requirepass', password]);
  open.push(server);
  const url = `redis://:${password}@127.0.0.1:${server.port}`;
  const env = { NODE_EXTRA_CA_CERTS_OF_MINE: password, SYMLOSS_QUEUE_KEY: '' };
  const worker = await CliWorker.start(url, args, { cwd: folder(), env });
  open.push(worker);
  return { url, worker };
}

/** A loss `brier` whose values are those of another one. */
const brier = (like: string): string =>
  `export default ({ registerLoss, findLoss }) =>
    registerLoss({ ...findLoss('${like}'), name: 'brier', build: () => findLoss('${like}').build({}) });\n`;

/** A run with the loss `brier` of a module. */
function runOf(path: string, code: string, seed = 1): PlannedRun {
  const config: RunConfig = {
    data: { source: 'digits', testShare: 0.2, validation: 0.1, rows: 100 },
    model: 'linear',
    noise: 'none',
    loss: 'brier',
    seed,
    training: { epochs: 1, evaluateEvery: 1 },
    modules: [{ path, sha256: createHash('sha256').update(code).digest('hex') }],
  };
  return { id: runId(config), grid: 'modules', config };
}

const madeHere = (url: string, runs: readonly PlannedRun[]) =>
  collect(queueExecutor(url, { lookEvery: 0.3 }), runs);

// each starts processes that load onnxruntime
describe.skipIf(noRedis !== undefined)('modules of a grid', { timeout: 60_000 }, () => {
  test('a worker that was started without their folder refuses them, and lives on', async () => {
    const { url, worker } = await start([]);
    const code = brier('mae');
    const elsewhere = join(folder(), 'brier.mjs');
    writeFileSync(elsewhere, `${code}\nglobalThis.process.exit(7);`);
    const run = runOf(elsewhere, code);
    const { records, done } = madeHere(url, [run]);
    const refused =
      `module ${elsewhere}: expected the grid's module, by its SHA-256, below the module folders of ` +
      'this worker, received none; copy it there, and name the folder: symloss worker --modules <folder>';
    await expect(done).rejects.toThrow(
      `run ${run.id}: expected a worker that makes it, received a refusal: ${refused}`,
    );
    const [out] = gridOf(['ce'], 1, { source: '../secret.csv' });
    await expect(madeHere(url, [out as PlannedRun]).done).rejects.toThrow(
      'received a refusal: source ../secret.csv: expected a path below the data folders of this worker',
    );
    expect(records).toEqual([]); // a run that never started has no record
    const next = madeHere(url, gridOf(['ce'], 1, { epochs: 1 }));
    await next.done;
    expect(next.records).toMatchObject([{ status: 'done' }]);
    expect(worker.lines.filter((line) => line.includes('refused'))).toHaveLength(2);
    expect(await worker.stop()).toBe(0);
    expect(worker.text).toContain('modules below: none');
  });

  test('two grids with other modules for one name are made on one worker', async () => {
    const losses = realpathSync(folder());
    for (const name of ['a', 'b']) mkdirSync(join(losses, name));
    const [a, b] = [brier('mae'), brier('ce')];
    writeFileSync(join(losses, 'a', 'brier.mjs'), a);
    writeFileSync(join(losses, 'b', 'brier.mjs'), b);
    const { url, worker } = await start(['--modules', losses]);
    const runs = [runOf('a/brier.mjs', a), runOf('b/brier.mjs', b), runOf('a/brier.mjs', a, 2)];
    const { records, done } = madeHere(url, runs);
    await done;
    expect(records.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    const losses1 = runs
      .slice(0, 2)
      .map(({ id }) => records.find((record) => record.id === id)?.epochs[0]?.loss as number);
    expect(losses1[0]).toBeLessThan(2); // mae is at most 2, and starts near 2 · 0.9; ce at ln 10
    expect(losses1[0]).not.toBe(losses1[1]);
    expect(await worker.stop()).toBe(0);
  });

  test('finds no secret in its variables and arguments', async () => {
    const losses = realpathSync(folder());
    const code = `export default () => {
      throw new Error(JSON.stringify([Object.entries(process.env), process.argv, process.execArgv]));
    };\n`;
    writeFileSync(join(losses, 'spy.mjs'), code);
    const { url, worker } = await start(['--modules', losses]);
    const { records, done } = madeHere(url, [runOf('spy.mjs', code)]);
    await done;
    const [record] = records;
    const error = record?.status === 'failed' ? record.error : '';
    expect(error).toContain('PATH'); // it did look
    expect(error).not.toMatch(/hunter2|SYMLOSS_QUEUE|NODE_EXTRA|redis:/);
    expect(await worker.stop()).toBe(0);
  });
});
