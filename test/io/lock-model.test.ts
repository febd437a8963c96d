import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FolderLock } from '../../src/io/lock.ts';
import { lockFile, lockFolder } from '../../src/io/lock.ts';
import type { ProcessMark } from '../../src/io/processes.ts';

/*
 * Locks as a state machine: processes, some of which cannot be seen (of another machine), lock a folder, release it, end
 * without releasing it or stand still for an hour; somebody else may put a file of the same name there.
 */

interface Process {
  readonly pid: number;
  readonly isSeen: boolean;
  isDead: boolean;
  lock?: FolderLock;
}

interface Model {
  /** Two on this machine, one on another; one that ended is followed by a new one. */
  readonly processes: Process[];
  owner?: Process;
  /** Whether the lock was renewed within a minute. */
  isFresh: boolean;
  isForeign: boolean;
  readonly locks: FolderLock[];
}

interface Real {
  readonly file: string;
  readonly folder: string;
}

type Command = fc.AsyncCommand<Model, Real>;

const foreign = '{"lockfileVersion": 3}\n';
/** As if there had been an owner before. */
const lost = () => {
  throw new Error('the lock of this command');
};
const step = (
  name: string,
  check: (model: Readonly<Model>) => boolean,
  run: (model: Model, real: Real) => Promise<void> | void,
): Command => ({ check, run: async (model, real) => run(model, real), toString: () => name });

const acquire = (i: number) =>
  step(
    `acquire(${i})`,
    ({ processes, owner }) => owner !== processes[i] || processes[i]?.isDead === true,
    async (model, { folder, file }) => {
      if (model.processes[i]!.isDead) {
        const { pid, isSeen } = model.processes[i]!;
        model.processes[i] = { pid: pid + 10, isSeen, isDead: false };
      }
      const { processes, owner, isForeign, isFresh } = model;
      const own = processes[i]!;
      const isFree = owner === undefined || (owner.isSeen ? owner.isDead : !isFresh);
      const outcome = await lockFolder(folder, {
        mark: { pid: own.pid, host: own.isSeen ? 'here' : 'elsewhere' },
        life: ({ pid, host }: ProcessMark) => {
          if (host === 'elsewhere') return 'unknown';
          return processes.some((p) => p.pid === pid && !p.isDead) ? 'alive' : 'ended';
        },
        renewEvery: 3_600_000,
        watchFor: 1,
      }).catch((error: Error) => error);
      const isRefused = isForeign || !isFree;
      expect(outcome instanceof Error && outcome.name).toBe(isRefused && 'SymlossError');
      expect(readFileSync(file, 'utf8') === foreign).toBe(isForeign);
      if (outcome instanceof Error) return;
      model.locks.push(outcome);
      // one that was taken for ended learns of it before it writes again
      expect(owner?.lock?.check ?? lost).toThrow('the lock of this command');
      own.lock = outcome;
      model.owner = own;
      model.isFresh = true;
    },
  );

const release = (i: number) =>
  step(
    `release(${i})`,
    ({ processes }) => processes[i]?.lock !== undefined && !processes[i].isDead,
    (model) => {
      const own = model.processes[i]!;
      own.lock?.release();
      delete own.lock;
      if (model.owner === own) delete model.owner;
    },
  );

const crash = (i: number) =>
  step(
    `crash(${i})`,
    ({ processes }) => processes[i]?.isDead === false,
    ({ processes }) => {
      processes[i]!.isDead = true;
    },
  );

const anHourLater = step(
  'an hour later',
  ({ owner }) => owner !== undefined,
  (model, { file }) => {
    utimesSync(file, 1, 1);
    model.isFresh = false;
  },
);

const putForeign = step(
  'foreign file',
  ({ owner, isForeign }) => owner === undefined && !isForeign,
  (model, { file }) => {
    writeFileSync(file, foreign);
    model.isForeign = true;
  },
);

const takeForeign = step(
  'foreign file gone',
  ({ isForeign }) => isForeign,
  (model, { file }) => {
    rmSync(file);
    model.isForeign = false;
  },
);

test('whatever happens, a lock is that of one process, and free when that has ended', async () => {
  const of = (steps: ((i: number) => Command)[]) =>
    steps.flatMap((make) => [0, 1, 2].map((i) => fc.constant(make(i))));
  const commands = fc.commands(
    [
      ...of([acquire, release, crash]),
      ...[anHourLater, putForeign, takeForeign].map((command) => fc.constant(command)),
    ],
    { maxCommands: 25 },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (cmds) => {
      const folder = mkdtempSync(join(tmpdir(), 'symloss-locks-'));
      const model: Model = {
        processes: [1, 2, 3].map((pid) => ({ pid, isSeen: pid < 3, isDead: false })),
        ...{ isFresh: true, isForeign: false, locks: [] },
      };
      try {
        const real = { folder, file: join(folder, lockFile) };
        await fc.asyncModelRun(() => ({ model, real }), cmds);
      } finally {
        for (const lock of model.locks) lock.release();
        rmSync(folder, { recursive: true });
      }
    }),
    { seed: 11, numRuns: 300 },
  );
});
