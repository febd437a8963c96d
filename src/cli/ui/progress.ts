import { oneLine } from '../../core/index.ts';
import type { PlannedRun, RunRecord } from '../../experiments/index.ts';
import { crowdFolds } from '../../run/crowd.ts';
import { autoLoss } from '../../run/loss-spec.ts';
import type { EpochMetrics } from '../../train/index.ts';
import { formatDuration, formatShare } from './format.ts';
import { writeLine } from './lines.ts';
import { runNames, variedAxes } from './run-names.ts';
import { terminalSize } from './terminal-size.ts';

/** Where lines go: a terminal is redrawn, anything else gets plain lines. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  /** Width of a terminal. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Not on a terminal, a long run says where it is this often. */
const lineEvery = 10_000; // milliseconds

/** Runs of the same data and model take about as long, per epoch; those that choose their loss train several models. */
const kindOf = ({ data, model, loss, training }: PlannedRun['config']): string =>
  JSON.stringify([data.source, data.rows, model, ...(loss === autoLoss ? [training.effort] : [])]);

/** Models that are trained before that of the run. */
const foldsOf = ({ config }: Pick<PlannedRun, 'config'>): number =>
  config.data.consensus === 'crowd' ? crowdFolds : 0;

interface Pace {
  seconds: number;
  epochs: number;
}

/** Tells how far runs are: one line that is redrawn on a terminal, plain lines elsewhere. */
export class Progress {
  readonly #screen: Screen;
  readonly #total: number;
  readonly #jobs: number;
  /** Runs that have not ended, with the epochs that they are done with. */
  readonly #open: Map<string, { readonly run: PlannedRun; epoch: number; seen: number }>;
  readonly #name: (run: Pick<PlannedRun, 'config'>) => string;
  readonly #paces = new Map<string, Pace>();
  #lastLine = performance.now();

  /**
   * @param total runs of the grid
   * @param runs those of them that are to be made
   * @param earlier records whose times tell how long such runs take
   */
  constructor(
    screen: Screen,
    {
      total,
      runs,
      earlier,
      jobs,
    }: {
      readonly total: number;
      readonly runs: readonly PlannedRun[];
      readonly earlier: readonly RunRecord[];
      readonly jobs: number;
    },
  ) {
    this.#screen = screen;
    this.#total = total;
    this.#jobs = jobs;
    this.#name = runNames(runs, variedAxes(runs));
    this.#open = new Map(runs.map((run) => [run.id, { run, epoch: 0, seen: 0 }]));
    for (const record of earlier) this.#learn(record);
  }

  /** @param fold of a model that predicts a part of the rows, for the consensus of a crowd: which part, from 0 */
  epoch(run: PlannedRun, metrics: EpochMetrics, fold?: number): void {
    const { epoch, seconds } = metrics;
    const { epochs } = run.config.training;
    const state = this.#open.get(run.id);
    // the models of a crowd have a fixed loss
    const isChoosing = run.config.loss === autoLoss && fold === undefined;
    if (state !== undefined) {
      if (fold === undefined) state.seen++;
      if (!isChoosing) state.epoch = (fold ?? foldsOf(run)) * epochs + epoch;
    }
    const kind = kindOf(run.config);
    // until a run of the kind has ended, its epochs so far are all that is known; of several models not even these
    if (!this.#paces.has(kind) && run.config.loss !== autoLoss) {
      this.#paces.set(`${kind} so far`, { seconds, epochs: epoch });
    }
    const part = fold === undefined ? '' : `fold ${fold + 1}/${foldsOf(run)}, `;
    const count = isChoosing
      ? `comparing losses, ${state?.seen ?? 0} epochs so far`
      : `epoch ${epoch}/${epochs}`;
    const stand = `${part}${count}, ${describeEpoch(metrics)}`;
    const line = `${this.#place()} ${this.#name(run)}: ${stand}${this.#left()}`;
    if (this.#screen.isTTY) {
      this.#screen.write(
        `\r\x1b[2K${oneLine(line).slice(0, terminalSize(this.#screen).columns - 1)}`,
      );
    } else if (performance.now() - this.#lastLine > lineEvery) {
      this.#line(line);
    }
  }

  record(record: RunRecord): void {
    this.#open.delete(record.id);
    this.#learn(record);
    this.#line(`${this.#place()} ${this.#name(record)}: ${outcome(record)}${this.#left()}`);
  }

  /** @param reason as of `ExecutorEvents` */
  retry(run: PlannedRun, reason: string): void {
    this.#line(`${this.#name(run)}: ${reason}, starting it again`);
  }

  /** Takes the redrawn line away. */
  clear(): void {
    if (this.#screen.isTTY) this.#screen.write('\r\x1b[2K');
  }

  #line(text: string): void {
    this.#lastLine = performance.now();
    this.clear();
    writeLine(this.#screen, text);
  }

  #place(): string {
    return `[${this.#total - this.#open.size}/${this.#total}]`;
  }

  #learn(record: RunRecord): void {
    const { config, status, seconds, epochs } = record;
    if (status !== 'done') return;
    const kind = kindOf(config);
    const pace = this.#paces.get(kind) ?? { seconds: 0, epochs: 0 };
    this.#paces.set(kind, {
      seconds: pace.seconds + seconds,
      epochs: pace.epochs + (foldsOf(record) + 1) * epochs.length,
    });
  }

  /** Seconds that the open runs still take, where the pace of every kind of them is known. */
  secondsLeft(): number | undefined {
    let total = 0;
    for (const { run, epoch } of this.#open.values()) {
      const kind = kindOf(run.config);
      const pace = this.#paces.get(kind) ?? this.#paces.get(`${kind} so far`);
      if (pace === undefined) return undefined;
      const epochs = run.config.training.epochs * (foldsOf(run) + 1);
      total += ((epochs - epoch) * pace.seconds) / pace.epochs;
    }
    return total / Math.max(1, Math.min(this.#jobs, this.#open.size));
  }

  #left(): string {
    const left = this.secondsLeft();
    return left === undefined || left < 0.1 ? '' : `, ${formatDuration(left)} left`;
  }
}

function describeEpoch({ loss, validationAccuracy }: EpochMetrics): string {
  const parts = [`loss ${loss.toPrecision(4)}`];
  if (validationAccuracy !== undefined) {
    parts.push(`validation ${formatShare(validationAccuracy)} (labels as given)`);
  }
  return parts.join(', ');
}

function outcome(record: RunRecord): string {
  if (record.status === 'failed') return record.error;
  const { last, seconds } = record;
  const parts = [`loss ${last.loss.toPrecision(4)}`];
  if (last.testAccuracy !== undefined) parts.push(`test ${formatShare(last.testAccuracy)}`);
  if (last.memorised !== undefined) parts.push(`memorised ${formatShare(last.memorised)}`);
  return `${parts.join(', ')} in ${formatDuration(seconds)}`;
}
