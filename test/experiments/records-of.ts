import type { DoneRecord, PlannedRun, RunRecord } from '../../src/experiments/index.ts';
import { expandGrid } from '../../src/experiments/index.ts';

/** Runs of the digits, one per seed. */
export function plan(seeds: number[], epochs = 3): PlannedRun[] {
  return expandGrid({
    name: 'plan',
    data: [{ source: 'digits' }],
    models: ['linear'],
    losses: ['ce'],
    seeds,
    training: { epochs },
  });
}

const environment = {
  symloss: '0.1.0',
  onnxruntime: '1.30.0',
  node: 'v20.19.0',
  platform: 'linux x64',
  cpu: 'one',
  threads: 1,
  device: 'cpu',
  host: 'here',
};

function common({ id, grid, config }: PlannedRun, seconds: number) {
  const started = '2026-01-02T03:04:05.678Z';
  return {
    format: 'symloss-run',
    version: 1,
    id,
    grid,
    config,
    environment,
    started,
    seconds,
  } as const;
}

/** A record of a run that is done, with these accuracies. */
export function done(run: PlannedRun, accuracies: readonly number[], seconds = 1): DoneRecord {
  const epochs = accuracies.map((testAccuracy, i) => ({
    epoch: i + 1,
    loss: 1 / (i + 1),
    learningRate: 0.05,
    testAccuracy,
    seconds: i + 1,
  }));
  return {
    ...common(run, seconds),
    status: 'done',
    settings: { loss: run.config.loss },
    data: { sha256: 'abc', classes: ['a', 'b'], rows: { train: 8, validation: 1, test: 1 } },
    noise: {},
    epochs,
    last: epochs.at(-1)!,
    calibration: { temperature: 1 },
  };
}

export function failed(run: PlannedRun, error: string, diverged: boolean): RunRecord {
  return { ...common(run, 1), status: 'failed', error, diverged, epochs: [] };
}
