import { keptOf } from '../experiments/results/aggregate.ts';
import { nothing, percent } from '../experiments/results/number-texts.ts';
import type { DoneRecord, RunRecord } from '../run/record.ts';
import { canonical } from '../run/run-id.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { duration } from './numbers.ts';
import { table } from './table.ts';

/** Configuration, data, machines and single runs: what is needed to make the numbers again. */
export function provenance(records: readonly RunRecord[]): Html {
  const done = records.filter((run): run is DoneRecord => run.status === 'done');
  return html`<h3>Settings</h3>
${settingsTable(records)}
<h3>Data</h3>
${dataTable(done)}
<h3>Machines and versions</h3>
${environmentTable(records)}
<details><summary>Every run (${String(records.length)})</summary>${runsTable(records)}</details>`;
}

/** Runs that ended otherwise than by divergence, with their messages. */
export function failures(records: readonly RunRecord[]): Html | undefined {
  const failed = records.filter((run) => run.status === 'failed');
  if (failed.length === 0) return undefined;
  return html`<section aria-labelledby="failures"><h2 id="failures">Runs without a result</h2>
<p>A run that diverges tells something about its loss; other failures are faults of machine or configuration, and are tried again when the grid is run again. Means are over the runs that ended.</p>
${table(
  'Failed runs',
  ['Run', 'Outcome'], // two columns leave room for long messages, on narrow screens too
  failed.map(({ config: { loss, data, model, noise, seed }, diverged, error, epochs }) => [
    `${loss}, ${data.source}, ${model}, ${noise}, seed ${seed}`,
    `${outcomeOf(diverged, epochs.at(-1)?.epoch)}: ${error}`,
  ]),
)}</section>`;
}

function outcomeOf(diverged: boolean, epoch: number | undefined): string {
  const when = epoch === undefined ? '' : ` after epoch ${epoch}`;
  return `${diverged ? 'diverged' : 'failed'}${when}`;
}

/** Settings as used where a run ended, as configured else; each with its different values. */
function settingsTable(records: readonly RunRecord[]): Html {
  const losses = new Set(records.map(({ config }) => config.loss));
  const values = new Map<string, Map<string, string[]>>();
  for (const record of records) {
    const { data: _data, training, ...own } = record.config;
    const used = record.status === 'done' ? record.settings : {};
    // `used` calls labels of the data's own unknown noise; the configuration names their column
    const all = { ...own, ...training, ...used, noise: own.noise };
    for (const [key, value] of Object.entries(all)) {
      const seen = values.get(key) ?? new Map<string, string[]>();
      const ofRuns = seen.get(String(value)) ?? [];
      ofRuns.push(own.loss);
      seen.set(String(value), ofRuns);
      values.set(key, seen);
    }
  }
  return table(
    'Settings as used, defaults filled in. Where runs differ, the number of runs stands in parentheses, with the losses if they are few.',
    ['Setting', 'Values'],
    [...values].map(([key, seen]) => [
      key,
      seen.size === 1
        ? [...seen.keys()].join()
        : [...seen]
            .map(([value, ofRuns]) => {
              const own = key === 'loss' ? [] : fewOf(ofRuns, losses.size);
              return `${value} (${[ofRuns.length, ...own].join(', ')})`;
            })
            .join('; '),
    ]),
  );
}

/** Losses named beside a value, at most. */
const mostLosses = 3;

/** The losses that have a value, if they are few and others have another. */
function fewOf(ofRuns: readonly string[], all: number): string[] {
  const losses = [...new Set(ofRuns)];
  return losses.length < all && losses.length <= mostLosses ? losses : [];
}

function dataTable(records: readonly DoneRecord[]): Html {
  const rows = distinct(
    records.map(({ config: { data }, data: { sha256, classes, rows } }) => [
      data.source,
      Object.entries(data)
        .filter(([key]) => key !== 'source')
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
      `${rows.train} / ${rows.validation} / ${rows.test}`,
      classes.length,
      sha256,
    ]),
  );
  return table(
    'Data that were read, with the SHA-256 sum of features and labels.',
    ['Source', 'Part', 'Rows: training / validation / test', 'Classes', 'SHA-256'],
    rows,
  );
}

/** A report is for publishing, so machines go by what they are and not by the host names in the records. */
function environmentTable(records: readonly RunRecord[]): Html {
  const machines = records.map(({ environment: e }) => [
    e.cpu,
    e.threads,
    e.device,
    e.platform,
    e.node,
    e.onnxruntime,
    e.symloss,
  ]);
  const counts = new Map<string, number>();
  for (const key of machines.map(canonical)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return table(
    'What the runs were made with.',
    ['Processor', 'Threads', 'Device', 'Platform', 'Node', 'onnxruntime', 'symloss', 'Runs'],
    distinct(machines).map((machine) => [...machine, counts.get(canonical(machine)) ?? 0]),
  );
}

function runsTable(records: readonly RunRecord[]): Html {
  return table(
    `Single runs: test accuracy and memorised share, ${keptOf(records)}, in percent.`,
    [
      'Run',
      'Loss',
      'Data',
      'Network',
      'Noise',
      'Seed',
      'Outcome',
      'Test',
      'Memorised',
      'Time',
      'Started',
    ],
    records.map((record) => {
      const { config } = record;
      const last = record.status === 'done' ? record.last : undefined;
      return [
        record.id,
        config.loss,
        config.data.source,
        config.model,
        config.noise,
        config.seed,
        record.status === 'done' ? 'done' : record.diverged ? 'diverged' : 'failed',
        last?.testAccuracy === undefined ? nothing : percent(last.testAccuracy),
        last?.memorised === undefined ? nothing : percent(last.memorised),
        duration(record.seconds),
        record.started,
      ];
    }),
    { isWide: true },
  );
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [canonical(value), value])).values()];
}
