import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlannedRun, RunRecord } from '../../src/experiments/index.ts';
import { RecordStore } from '../../src/experiments/index.ts';
import { ResultsFolder } from '../../src/experiments/results/folder.ts';
import { ownMark } from '../../src/io/processes.ts';
import { done, failed, plan } from './records-of.ts';

/*
 * Records and what is made again, as state machines: lines are added, the process is killed while it adds one, the
 * folder is opened again, and somebody else writes into the file.
 */

const runs = plan([1, 2, 3, 4]);
const outcomes = ['done', 'diverged', 'failed'] as const;
type Outcome = (typeof outcomes)[number];
const recordOf = (run: PlannedRun, outcome: Outcome, accuracy = 0.5): RunRecord =>
  outcome === 'done' ? done(run, [accuracy]) : failed(run, outcome, outcome === 'diverged');
const settles = (record: RunRecord | undefined): boolean =>
  record !== undefined && (record.status === 'done' || record.diverged);

type Command<M extends object, R> = fc.AsyncCommand<M, R>;
function step<M extends object, R>(
  name: string,
  run: (model: M, real: R) => Promise<void>,
  check: (model: Readonly<M>) => boolean = () => true,
): Command<M, R> {
  return { check, run, toString: () => name };
}

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-model-'));
  try {
    await act(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a checkpoint that a kill left behind its record is removed, that of an open run stays', async () => {
  await inFolder(async (folder) => {
    const results = await ResultsFolder.open(folder);
    const [ended, open] = runs as [PlannedRun, PlannedRun];
    await results.store.append(recordOf(ended, 'done'));
    mkdirSync(results.checkpoints);
    for (const { id } of [ended, open]) {
      writeFileSync(join(results.checkpoints, `${id}.safetensors`), '');
    }
    const stopped = results.executor(() => Promise.reject(new Error('stopped')));
    const events = { onRecord: () => {} };
    await expect(stopped([ended, open], events)).rejects.toThrow('stopped');
    expect(readdirSync(results.checkpoints)).toEqual([`${open.id}.safetensors`]);
    await results.store.append(recordOf(open, 'done'));
    await stopped([ended, open], events);
    expect(existsSync(results.checkpoints)).toBe(false);
    results.close();
  });
});

const outcomeOf = fc.constantFrom(...outcomes);
const runOf = fc.nat(runs.length - 1);

test('records are those that were added whole, the last of each run, however it was killed', async () => {
  interface Model {
    records: Map<string, RunRecord>;
    isTorn: boolean;
    foreign: number;
    size: number;
  }
  interface Real {
    readonly folder: string;
    readonly file: string;
    store: RecordStore;
  }
  const isWell = ({ foreign, isTorn }: Readonly<Model>) => foreign === 0 && !isTorn;
  const check = ({ records }: Model, { store }: Real) => {
    expect(store.all()).toEqual([...records.values()]);
    for (const { id } of runs) expect(store.has(id)).toBe(settles(records.get(id)));
  };

  const append = (i: number, outcome: Outcome, accuracy: number) =>
    step<Model, Real>(
      `append(${i}, ${outcome}, ${accuracy})`,
      async (model, real) => {
        const record = recordOf(runs[i] as PlannedRun, outcome, accuracy);
        await real.store.append(record);
        model.records.set(record.id, record);
        model.size += Buffer.byteLength(`${JSON.stringify(record)}\n`);
        check(model, real);
      },
      isWell,
    );
  const both = step<Model, Real>(
    'append two at once',
    async (model, real) => {
      const two = runs.slice(0, 2).map((run) => recordOf(run, 'done', 0.25));
      await Promise.all(two.map((record) => real.store.append(record)));
      for (const record of two) {
        model.records.set(record.id, record);
        model.size += Buffer.byteLength(`${JSON.stringify(record)}\n`);
      }
      check(model, real);
    },
    isWell,
  );
  const killed = (i: number, share: number) =>
    step<Model, Real>(
      `killed(${i}, ${share})`,
      async (model, { file }) => {
        const line = JSON.stringify(recordOf(runs[i] as PlannedRun, 'done'));
        // at least a byte, never the line's end
        appendFileSync(file, line.slice(0, 1 + Math.floor(share * (line.length - 1))));
        model.isTorn = true;
      },
      isWell,
    );
  const reopen = step<Model, Real>(
    'open again',
    async (model, real) => {
      real.store = await RecordStore.open(real.folder);
      expect(real.store.notices).toHaveLength(model.isTorn ? 1 : 0);
      check(model, real);
      model.isTorn = false; // the next line cuts it off, or another opening tells of it again
      truncateSync(real.file, model.size);
    },
    ({ foreign }) => foreign === 0,
  );
  const goOn = (i: number) =>
    step<Model, Real>(
      `open again and append(${i})`,
      async (model, real) => {
        real.store = await RecordStore.open(real.folder);
        model.isTorn = false;
        await append(i, 'done', 0.75).run(model, real);
        real.store = await RecordStore.open(real.folder);
        expect(real.store.notices).toEqual([]);
        check(model, real);
      },
      ({ foreign }) => foreign === 0,
    );
  const foreign = (text: string) =>
    step<Model, Real>(
      `foreign line ${text}`,
      async (model, { folder, file }) => {
        appendFileSync(file, text);
        const error = await RecordStore.open(folder).catch((reason: unknown) => reason);
        expect(error).toMatchObject({ name: 'SymlossError' });
        truncateSync(file, model.size); // taken away again
      },
      isWell,
    );

  const commands = fc.commands(
    [
      fc.tuple(runOf, outcomeOf, fc.constantFrom(0, 0.5, 1)).map((args) => append(...args)),
      fc.constant(both),
      fc
        .tuple(runOf, fc.double({ min: 0, max: 0.999, noNaN: true }))
        .map((args) => killed(...args)),
      fc.constant(reopen),
      runOf.map(goOn),
      fc
        .constantFrom('\n', 'text\n', '{"a":1}\n', '{"format":"symloss-run","version":2}\n', 'text')
        .map(foreign),
    ],
    { maxCommands: 15 },
  );
  await fc.assert(
    fc.asyncProperty(commands, (cmds) =>
      inFolder(async (folder) => {
        const file = join(folder, 'records.jsonl');
        writeFileSync(file, '');
        const real = { folder, file, store: await RecordStore.open(folder) };
        const model: Model = { records: new Map(), isTorn: false, foreign: 0, size: 0 };
        await fc.asyncModelRun(() => ({ model, real }), cmds);
      }),
    ),
    { seed: 11, numRuns: 100 },
  );
});

test('a command makes the runs that have no result, in their order, whatever became of those before', async () => {
  interface Model {
    readonly records: Map<string, RunRecord>;
  }
  interface Real {
    readonly folder: string;
  }

  /** A command that makes a part of the runs, until it is stopped or killed. */
  const command = (part: readonly number[], ends: readonly Outcome[], left: 'closed' | 'killed') =>
    step<Model, Real>(`command(runs ${part}, ${ends}, ${left})`, async (model, { folder }) => {
      const results = await ResultsFolder.open(folder);
      const planned = part.map((i) => runs[i] as PlannedRun);
      const expected = planned.filter(({ id }) => !settles(model.records.get(id)));
      expect(results.open(planned)).toEqual(expected);
      const made: PlannedRun[] = [];
      const told: string[] = [];
      const execute = results.executor(async (open, { onRecord }) => {
        for (const [i, run] of open.entries()) {
          const outcome = ends[i];
          if (outcome === undefined) throw new Error('stopped');
          made.push(run);
          await onRecord(recordOf(run, outcome));
        }
      });
      const events = { onRecord: ({ id }: RunRecord) => void told.push(id) };
      const isStopped = expected.length > ends.length;
      const end = await execute(planned, events).catch((error: Error) => error.message);
      expect(end).toBe(isStopped ? 'stopped' : undefined);
      expect(made).toEqual(expected.slice(0, ends.length));
      // those that had a result are told first, each run once
      const before = planned.filter((run) => !expected.includes(run));
      expect(told).toEqual([...before, ...made].map(({ id }) => id));
      for (const [i, run] of made.entries()) {
        model.records.set(run.id, recordOf(run, ends[i] as Outcome));
      }
      results.close();
      if (left === 'closed') return;
      // as a kill in the middle of a line leaves the folder
      const line = JSON.stringify(recordOf(runs[0] as PlannedRun, 'done'));
      appendFileSync(join(folder, 'records.jsonl'), line.slice(0, 50));
      const lock = { ...ownMark(), pid: 2 ** 30, started: 'then', id: 'left' };
      writeFileSync(join(folder, 'lock.json'), JSON.stringify(lock));
    });

  const parts = fc.subarray(
    runs.map((_, i) => i),
    { minLength: 1 },
  );
  const ends = fc.array(outcomeOf, { maxLength: runs.length });
  const commands = fc.commands(
    [fc.tuple(parts, ends, fc.constantFrom('closed', 'killed')).map((args) => command(...args))],
    { maxCommands: 8 },
  );
  await fc.assert(
    fc.asyncProperty(commands, (cmds) =>
      inFolder(async (folder) => {
        const model: Model = { records: new Map() };
        await fc.asyncModelRun(() => ({ model, real: { folder } }), cmds);
      }),
    ),
    { seed: 11, numRuns: 60 },
  );
});
