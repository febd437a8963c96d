import { basename, join, resolve } from 'node:path';
import { parseYaml } from '../experiments/grid/yaml.ts';
import { expandGrid, gridSchema } from '../experiments/index.ts';
import { RecordStore, recordsFile } from '../experiments/results/records.ts';
import { dataName } from '../experiments/results/tables.ts';
import { exists, readBytes } from '../io/index.ts';
import { summarise } from '../report/summary.ts';
import { checkpointFolder } from '../run/checkpoints.ts';
import type { DoneRecord, RunRecord } from '../run/record.ts';
import { epochMetrics } from '../train/index.ts';
import type { Results, RunDetails, RunningRun, RunSummary } from './api/types.ts';
import { Refusal } from './fault.ts';
import { stateOf } from './file-state.ts';
import { runningRuns, runningSince, writtenCheckpoints } from './running.ts';

const gridFile = 'grid.yaml';

/** Whether a folder is one of `symloss train`, `bench`, `sweep` or `tune`. */
export async function isResults(folder: string): Promise<boolean> {
  const names = [recordsFile, gridFile, join('checkpoints', 'config.json')];
  for (const name of names) if (await exists(join(folder, name))) return true;
  return false;
}

interface Read {
  /** Changes with what is on the disk. */
  readonly tag: string;
  readonly results: Results;
  readonly records: ReadonlyMap<string, RunRecord>;
}

/** The runs of a folder, read again when it changes: another command may be at work there. */
export class ResultsSource {
  readonly #folder: string;
  #read: Promise<Read> | undefined;
  #tag = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws SymlossError where records cannot be read */
  async read(): Promise<Read> {
    const tag = await this.#state();
    if (this.#read === undefined || tag !== this.#tag) {
      this.#tag = tag;
      this.#read = this.#load(tag);
    }
    return this.#read;
  }

  async run(id: string): Promise<RunDetails> {
    const record = (await this.read()).records.get(id);
    if (record === undefined) throw new Refusal(404, `no run ${id} in ${this.#folder}`);
    return detailsOf(record);
  }

  /** While a command `train` is at work its records are with its checkpoints. */
  async #place(): Promise<string> {
    const work = join(this.#folder, checkpointFolder);
    const isThere = await exists(join(this.#folder, recordsFile));
    return !isThere && (await exists(join(work, recordsFile))) ? work : this.#folder;
  }

  async #state(): Promise<string> {
    const place = await this.#place();
    const files = [join(place, recordsFile), join(this.#folder, gridFile)];
    const parts = await Promise.all(files.map(stateOf));
    const since = await runningSince(this.#folder);
    const runs = since === undefined ? [] : await writtenCheckpoints(this.#folder, since);
    const times = runs.map(({ id, time }) => `${id}@${time}`);
    return [...parts, since === undefined ? 'over' : 'running', ...times].join('-');
  }

  async #running(since: number, ended: ReadonlySet<string>): Promise<RunningRun[]> {
    const left = await writtenCheckpoints(this.#folder, since);
    return runningRuns(left.filter(({ id }) => !ended.has(id)));
  }

  async #load(tag: string): Promise<Read> {
    const place = await this.#place();
    const hasRecords = await exists(join(place, recordsFile));
    const store = hasRecords ? await RecordStore.open(place) : undefined;
    const records = store?.all() ?? [];
    const planned = await this.#planned();
    const since = await runningSince(this.#folder);
    const ended = new Set(records.map(({ id }) => id));
    const running = since === undefined ? [] : await this.#running(since, ended);
    return {
      tag,
      records: new Map(records.map((record) => [record.id, record])),
      results: {
        folder: this.#folder,
        title: records[0]?.grid ?? basename(resolve(this.#folder)),
        ...(records.length > 0 && { page: summarise(records) }),
        runs: records.map(summaryOf),
        notices: store?.notices ?? [],
        isRunning: since !== undefined,
        ...(running.length > 0 && { running }),
        ...(planned !== undefined && { planned }),
      },
    };
  }

  /** Runs that the grid has; `undefined` where there is none, or it cannot be read any more. */
  async #planned(): Promise<number | undefined> {
    const file = join(this.#folder, gridFile);
    if (!(await exists(file))) return undefined;
    try {
      const text = (await readBytes(file)).toString('utf8');
      const grid = gridSchema.parse(parseYaml(file, text).content);
      // modules are programs: looking at results must not run them
      return grid.modules === undefined ? expandGrid(grid).length : undefined;
    } catch {
      return undefined; // of another version, or with files that are gone
    }
  }
}

function summaryOf(record: RunRecord): RunSummary {
  const { id, config, epochs, seconds, started } = record;
  const { data, model, loss, noise, seed } = config;
  const common = {
    ...{ id, data: dataName(data), model, loss, noise, seed, seconds, started },
    epochs: epochs.at(-1)?.epoch ?? 0,
  };
  if (record.status === 'failed') {
    const status = record.diverged ? 'diverged' : 'failed';
    return { ...common, status, error: record.error };
  }
  const { testAccuracy, memorised } = record.last;
  const chosenAccuracy = record.chosen?.testAccuracy;
  const wrongShare = record.noise.realised;
  return {
    ...common,
    status: 'done',
    ...(testAccuracy !== undefined && { testAccuracy }),
    ...(chosenAccuracy !== undefined && { chosenAccuracy }),
    ...(memorised !== undefined && { memorised }),
    ...(wrongShare !== undefined && { wrongShare }),
  };
}

function detailsOf(record: RunRecord): RunDetails {
  const { host: _, ...environment } = record.environment;
  const names = Object.keys(epochMetrics) as (keyof typeof epochMetrics)[];
  const measured = names.filter((name) => record.epochs.some((own) => own[name] !== undefined));
  const curves = measured.map((name) => [name, record.epochs.map((own) => own[name] ?? null)]);
  const classes = record.status === 'done' ? classesOf(record) : undefined;
  return {
    ...summaryOf(record),
    settings: record.status === 'done' ? record.settings : given(record.config.training),
    ...{ environment, curves: Object.fromEntries(curves), ...(classes && { classes }) },
  };
}

/** Settings that were given. */
function given(training: RunRecord['config']['training']): RunDetails['settings'] {
  const own = Object.entries(training).filter(([, value]) => value !== undefined);
  return Object.fromEntries(own) as RunDetails['settings'];
}

function classesOf({ evaluation }: DoneRecord): RunDetails['classes'] {
  return evaluation?.perClass.map(({ class: name, rows, recall, precision }) => ({
    ...{ class: name, rows },
    ...(recall !== undefined && { recall }),
    ...(precision !== undefined && { precision }),
  }));
}
