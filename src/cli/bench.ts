import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { checkpointFolder, forgetCheckpoint } from '../experiments/checkpoints.ts';
import type { Budget, Grid, PlannedRun, RunRecord } from '../experiments/index.ts';
import {
  applyBudget,
  expandGrid,
  filterGrid,
  presets,
  RecordStore,
  readGrid,
  recordsFile,
  shareOut,
} from '../experiments/index.ts';
import { canonical } from '../experiments/run-id.ts';
import { lockFolder, writeWhole } from '../io/index.ts';
import type { Device } from '../runtime/index.ts';
import { writeBenchFiles } from './bench-files.ts';
import { BenchProgress, describeRun } from './bench-progress.ts';
import { chooseExecutor } from './bench-queue.ts';
import { benchTable } from './bench-table.ts';
import { formatTable } from './format.ts';
import type { Screen } from './progress.ts';

export interface BenchStreams {
  readonly out: { write(text: string): unknown };
  readonly err: Screen;
  readonly signal?: AbortSignal;
}

export interface BenchOptions {
  /** File or preset. */
  readonly grid: string;
  readonly out?: string;
  readonly losses?: readonly string[];
  readonly noises?: readonly string[];
  readonly seeds?: Grid['seeds'];
  readonly budget?: Budget;
  readonly dryRun?: boolean;
  readonly jobs?: number;
  readonly threads?: number;
  readonly device?: Device;
  readonly data?: string;
  /** URL of a queue, or `true` for that of the variable SYMLOSS_QUEUE. */
  readonly queue?: string | boolean;
  readonly queueName?: string;
}

/** Failures that are listed after the table. */
const listed = 5;

/**
 * Makes the runs of a grid that its folder has no record of, prints the table of all and writes it.
 * @returns whether no run failed; one that diverged has not: that is its result
 */
export async function runBench(options: BenchOptions, streams: BenchStreams): Promise<boolean> {
  const { losses, noises, seeds, budget = 'paper' } = options;
  const whole = applyBudget(await readGrid(options.grid, { presets }), budget);
  return runGrid(filterGrid(whole, { losses, noises, seeds }), options, streams);
}

/** As `runBench`, for a grid that is made. */
export async function runGrid(
  grid: Grid,
  options: Omit<BenchOptions, 'grid' | 'losses' | 'noises' | 'seeds' | 'budget'>,
  streams: BenchStreams,
): Promise<boolean> {
  const { out } = options;
  const runs = expandGrid(grid);
  const folder = out ?? join('symloss-bench', grid.name);
  if (options.dryRun === true) {
    streams.out.write(await listing(runs, folder));
    return true;
  }
  const release = await lockFolder(folder);
  try {
    const store = await RecordStore.open(folder);
    for (const notice of store.notices) streams.out.write(`${notice}\n`);
    await writeWhole(join(folder, 'grid.yaml'), stringify(grid));
    await makeRuns(runs, store, { ...options, out: folder }, streams);
    return await report(runs, store, { title: grid.name, folder }, streams);
  } finally {
    release();
  }
}

type MadeOptions = Omit<BenchOptions, 'grid' | 'out'> & { readonly out: string };

async function makeRuns(
  runs: readonly PlannedRun[],
  store: RecordStore,
  { out: folder, jobs, threads, device, data, queue, queueName }: MadeOptions,
  { out, err, signal }: BenchStreams,
): Promise<void> {
  const open = runs.filter(({ id }) => !store.has(id));
  const done = runs.length - open.length;
  out.write(`${startLine(runs.length, done)}\n`);
  if (open.length === 0) return;
  // shared out over the whole grid: the number of threads moves the last bits of a result
  const shared = shareOut(runs.length, { jobs, threads });
  const onNotice = (line: string) => err.write(`${line}\n`);
  const checkpoints = join(folder, checkpointFolder);
  const execute = await chooseExecutor(
    { queue, queueName, onNotice },
    { ...shared, device, folder: data, checkpoints },
  );
  const progress = new BenchProgress(err, {
    total: runs.length,
    runs: open,
    earlier: store.all(),
    jobs: shared.jobs,
  });
  let made = 0;
  try {
    await execute(open, {
      onRecord: async (record) => {
        await store.append(record);
        if (store.has(record.id)) await forgetCheckpoint(checkpoints, record.id);
        made++;
        progress.record(record);
      },
      onEpoch: (run, metrics) => progress.epoch(run, metrics),
      onRetry: (run, reason) => progress.retry(run, reason),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    throw new Error(
      `${(error as Error).message}; ${done + made} of ${runs.length} runs are recorded, the same command goes on`,
    );
  } finally {
    progress.clear();
  }
}

/** `8 runs, 2 of them recorded already` */
function startLine(total: number, done: number): string {
  const runs = `${total} run${total === 1 ? '' : 's'}`;
  if (done === 0) return runs;
  return done === total ? `${runs}, recorded already` : `${runs}, ${done} of them recorded already`;
}

/** Prints the table and writes the files. */
async function report(
  runs: readonly PlannedRun[],
  store: RecordStore,
  files: { title: string; folder: string },
  { out }: BenchStreams,
): Promise<boolean> {
  const byId = new Map(store.all().map((record) => [record.id, record]));
  const records = runs.flatMap(({ id }) => byId.get(id) ?? []);
  out.write(`\n${benchTable(records)}\n\n`);
  const failures = records.filter((record) => record.status === 'failed' && !record.diverged);
  for (const record of failures.slice(0, listed)) {
    out.write(
      `failed: ${describeRun(record)}: ${record.status === 'failed' ? record.error : ''}\n`,
    );
  }
  if (failures.length > listed) out.write(`and ${failures.length - listed} more failed\n`);
  for (const source of changedSources(records)) {
    out.write(
      `${source}: the records are of different contents of it; run the grid in another folder (--out) to compare like with like\n`,
    );
  }
  const written = await writeBenchFiles(records, files);
  for (const path of [join(files.folder, recordsFile), ...written]) out.write(`${path}\n`);
  return failures.length === 0;
}

/** Sources that were read with different contents by runs that read them in the same way. */
export function changedSources(records: readonly RunRecord[]): string[] {
  const hashes = new Map<string, string>();
  const changed = new Set<string>();
  for (const record of records) {
    if (record.status !== 'done') continue;
    const { source, label, folder, test } = record.config.data;
    const column = record.config.noise.startsWith('column:') ? record.config.noise : '';
    const key = canonical({ source, label, folder, test, column });
    const { sha256 } = record.data;
    if ((hashes.get(key) ?? sha256) !== sha256) changed.add(source);
    hashes.set(key, sha256);
  }
  return [...changed];
}

/** The runs and what is known of them. */
async function listing(runs: readonly PlannedRun[], folder: string): Promise<string> {
  const isThere = await access(join(folder, recordsFile)).then(
    () => true,
    () => false,
  );
  const store = isThere ? await RecordStore.open(folder) : undefined;
  const byId = new Map(store?.all().map((record) => [record.id, record]));
  const rows = runs.map(({ id, config }) => [
    id,
    stateOf(byId.get(id)),
    config.data.source,
    config.model,
    config.noise,
    config.loss,
    String(config.seed),
    String(config.training.epochs),
  ]);
  const heading = ['run', 'state', 'data', 'model', 'noise', 'loss', 'seed', 'epochs'];
  const done = runs.filter(({ id }) => store?.has(id)).length;
  return `${formatTable([heading, ...rows])}\n\n${runs.length} runs, ${done} of them are done; folder ${folder}\n`;
}

function stateOf(record: RunRecord | undefined): string {
  if (record === undefined) return 'to do';
  if (record.status === 'done') return 'done';
  return record.diverged ? 'diverged' : 'failed';
}
