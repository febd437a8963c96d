import { appendFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { summarise } from '../../src/report/summary.ts';
import type { Info, Results, RunDetails } from '../../src/server/api/types.ts';
import { openSource } from '../../src/server/index.ts';
import { encodeCheckpoint } from '../../src/train/checkpoint/checkpoint.ts';
import type { EpochMetrics } from '../../src/train/index.ts';
import { faultOf } from '../messages.ts';
import { configOf, exampleHost, failedRecord, syntheticRecords } from '../report/records.ts';
import { makeAudit, makeSite, openLab, temporaryFolder } from './lab.ts';

const folder = temporaryFolder();
const site = makeSite(folder);
const records = [
  ...syntheticRecords(),
  failedRecord(configOf('ce', 'none', 99), 'no memory', false),
];
const line = (i: number) => `${JSON.stringify(records[i])}\n`;
const grid = join(folder, 'grid');
const file = join(grid, 'records.jsonl');
mkdirSync(grid);
writeFileSync(
  join(grid, 'grid.yaml'),
  'name: small\ndata: [{ source: digits }]\nnoises: [none]\nlosses: [ce, mae]\nmodels: [linear]\nseeds: 3\ntraining: { epochs: 1 }\n',
);

/** A checkpoint after some epochs. */
const checkpoint = (epochs: readonly EpochMetrics[]): Uint8Array[] =>
  encodeCheckpoint(
    {
      ...{ epoch: epochs.length + 1, batch: 0, steps: 0, lossSum: 0, seconds: 1, epochs },
      ...{ slots: {}, streams: {} },
    },
    { loss: 'ce', model: 'mlp:8', noise: 'symmetric:0.4', seed: '3', epochs: '20' },
  );

describe('the runs of a folder', async () => {
  const client = await openLab(grid, { site });
  const read = (headers = {}) =>
    client.ask('/api/results', { headers: { cookie: client.cookie, ...headers } });

  test('are none before the first has ended, and then as they were recorded', async () => {
    rmSync(file, { force: true });
    expect((await client.get<Info>('/api/info')).opened).toEqual({ kind: 'results', path: grid });
    expect(await client.get<Results>('/api/results')).toEqual({
      ...{ folder: grid, title: 'grid', runs: [], notices: [], isRunning: false, planned: 6 },
    });
    writeFileSync(file, line(0));
    const before = await read();
    const { etag = '' } = before.headers;
    expect((await read({ 'if-none-match': etag })).status).toBe(304);
    appendFileSync(file, line(1));
    const after = await read({ 'if-none-match': etag });
    expect(after.status).toBe(200);
    const both = records.slice(0, 2);
    expect(JSON.parse(after.text)).toMatchObject({
      title: records[0]?.grid,
      page: summarise(both),
    });
  });

  test('have the numbers of their records, whatever became of them', async () => {
    writeFileSync(file, records.map((_, i) => line(i)).join(''));
    const { runs, page } = await client.get<Results>('/api/results');
    expect(page).toEqual(JSON.parse(JSON.stringify(summarise(records))));
    expect(runs).toHaveLength(records.length);
    for (const [i, run] of runs.entries()) {
      const record = records[i]!;
      const { loss, noise, seed } = record.config;
      expect(run).toMatchObject({ id: record.id, loss, noise, seed, seconds: record.seconds });
      const isDone = record.status === 'done';
      expect(run.testAccuracy).toBe(isDone ? record.last.testAccuracy : undefined);
      expect(run.memorised).toBe(isDone ? record.last.memorised : undefined);
      const failed = record.status === 'failed' && (record.diverged ? 'diverged' : 'failed');
      expect(run.status).toBe(failed || 'done');
    }
  });

  test('are shown one by one, without the name of the machine', async () => {
    const record = records[0]!;
    const details = await client.get<RunDetails>(`/api/runs/${record.id}`);
    expect(details.curves['testAccuracy']).toEqual(record.epochs.map((own) => own.testAccuracy));
    expect(details.curves['epoch']).toEqual(record.epochs.map((own) => own.epoch));
    expect(JSON.stringify(details)).not.toContain(exampleHost);
    const headers = { cookie: client.cookie };
    expect((await client.ask('/api/runs/none', { headers })).status).toBe(404);
  });

  test('are live while a command holds the folder', async () => {
    const lock = join(grid, 'lock.json');
    writeFileSync(lock, '{}');
    expect((await client.get<Results>('/api/results')).isRunning).toBe(true);
    rmSync(lock);
    expect((await client.get<Results>('/api/results')).isRunning).toBe(false);
  });

  test('that have not ended tell how far they are, by checkpoints of the command at work', async () => {
    writeFileSync(file, line(0));
    const [lock, checkpoints] = [join(grid, 'lock.json'), join(grid, 'checkpoints')];
    mkdirSync(checkpoints);
    const write = (id: string, epochs: readonly EpochMetrics[]) =>
      writeFileSync(join(checkpoints, `${id}.safetensors`), Buffer.concat(checkpoint(epochs)));
    write('stopped', [{ epoch: 1, loss: 1, learningRate: 0.1, seconds: 1 }]);
    const before = new Date(Date.now() - 60_000);
    utimesSync(join(checkpoints, 'stopped.safetensors'), before, before);
    writeFileSync(lock, JSON.stringify({ started: new Date(Date.now() - 30_000).toISOString() }));
    const after = new Date(Date.now() + 60_000);
    utimesSync(lock, after, after); // a command at work renews it
    write(records[0]!.id, [{ epoch: 9, loss: 1, learningRate: 0.1, seconds: 1 }]); // has ended
    const first = { epoch: 1, loss: 2, learningRate: 0.1, seconds: 1 };
    write('now', [first]);
    const at = async () => (await client.get<Results>('/api/results')).running;
    const now = { id: 'now', loss: 'ce', model: 'mlp:8', noise: 'symmetric:0.4', seed: 3 };
    const written = expect.any(String);
    expect(await at()).toEqual([{ ...now, epoch: 1, epochs: 20, written }]);
    write('now', [first, { ...first, epoch: 2, testAccuracy: 0.75 }]);
    expect(await at()).toEqual([{ ...now, epoch: 2, epochs: 20, testAccuracy: 0.75, written }]);
    writeFileSync(join(checkpoints, 'now.safetensors'), 'no checkpoint');
    expect(await at()).toBeUndefined();
    rmSync(lock);
    rmSync(checkpoints, { recursive: true });
  });

  test('a line that is being written is left out with a notice, and nothing is changed', async () => {
    writeFileSync(file, `${line(0)}${line(1).slice(0, 100)}`);
    const { runs, notices } = await client.get<Results>('/api/results');
    expect([runs.length, notices.length]).toEqual([1, 1]);
    writeFileSync(file, `${line(0)}${line(1)}`);
    expect((await client.get<Results>('/api/results')).runs).toHaveLength(2);
  });

  test('a damaged line is named', async () => {
    writeFileSync(file, `${line(0)}{}\n`);
    const { status, text } = await read();
    expect([status, text]).toEqual([
      400,
      expect.stringContaining('records.jsonl, line 2: expected'),
    ]);
  });
});

test('modules of a grid are not run to look at its results', async () => {
  const other = join(folder, 'modules');
  mkdirSync(other);
  writeFileSync(join(other, 'mine.mjs'), 'throw new Error("run");');
  writeFileSync(
    join(other, 'grid.yaml'),
    `name: small\nmodules: [${join(other, 'mine.mjs')}]\ndata: [{ source: digits }]\nnoises: [none]\nlosses: [ce]\nmodels: [linear]\nseeds: 3\ntraining: { epochs: 1 }\n`,
  );
  writeFileSync(join(other, 'records.jsonl'), line(0));
  const client = await openLab(other, { site });
  const results = await client.get<Results>('/api/results');
  expect([results.runs.length, results.planned]).toEqual([1, undefined]);
});

describe('what is opened', () => {
  test('may be nothing: there is the page, and no more', async () => {
    const client = await openLab(undefined, { site });
    expect(await client.get<Info>('/api/info')).toMatchObject({
      ...{
        name: 'symloss',
        version: '1.2.3',
        author: 'ann',
        opened: { kind: 'nothing', path: '' },
      },
    });
    for (const path of ['/api/results', '/api/audit', '/api/rows/1']) {
      const { status } = await client.ask(path, { headers: { cookie: client.cookie } });
      expect(status).toBe(404);
    }
  });

  test('of other things it says what it takes', async () => {
    const expected = 'expected a folder of symloss audit, train, bench, sweep or tune, received';
    const missing = join(folder, 'none');
    expect(await faultOf(openSource(missing))).toBe(
      `${missing}: ${expected} no such file or folder`,
    );
    expect(await faultOf(openSource(folder))).toBe(
      `${folder}: ${expected} a folder of another kind; audit the data first (symloss audit), or name the folder of one command, not the one above it`,
    );
  });

  test('a file is none of it', async () => {
    const path = join(folder, 'table.csv');
    writeFileSync(path, 'x,label\n1,a\n');
    expect(await faultOf(openSource(path))).toContain(
      ' received a file; audit data first: symloss audit <file> --label <column>',
    );
  });

  test('an audit whose data have changed is refused', async () => {
    const own = join(folder, 'changed');
    mkdirSync(own);
    const audit = await makeAudit(own);
    appendFileSync(join(own, 'data.csv'), 'k60,1,1,ant\n');
    expect(await faultOf(openSource(audit))).toContain('they have changed since: audit them again');
  });
});
