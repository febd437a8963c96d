import type { RunConfig } from '../../src/run/config.ts';
import { runConfigSchema } from '../../src/run/config.ts';
import type { DoneRecord, RunRecord } from '../../src/run/record.ts';
import { runRecordSchema } from '../../src/run/record.ts';
import { runId } from '../../src/run/run-id.ts';

export interface Measured {
  readonly test?: number;
  readonly validation?: number;
  readonly memorised?: number;
  /** Test accuracy of the chosen epoch. */
  readonly chosen?: number;
}

export interface Made extends Measured {
  readonly source?: string;
  readonly label?: string;
  readonly model?: string;
  readonly noise?: string;
  readonly loss?: string;
  readonly seed?: number;
  readonly training?: Partial<RunConfig['training']>;
}

const environment = {
  symloss: '0.0.0',
  onnxruntime: '0.0.0',
  node: 'v0',
  platform: 'none',
  cpu: 'none',
  threads: 1,
  device: 'cpu',
  host: 'none',
};

export function configOf(made: Made): RunConfig {
  return runConfigSchema.parse({
    data: { source: made.source ?? 'digits', ...(made.label && { label: made.label }) },
    model: made.model ?? 'mlp:8',
    noise: made.noise ?? 'symmetric:0.4',
    loss: made.loss ?? 'ce',
    seed: made.seed ?? 1,
    training: { epochs: 2, ...made.training },
  });
}

/** A run that ended with these accuracies, as a file would hold it. */
export function doneRecord(made: Made): DoneRecord {
  return recordOf(configOf(made), made);
}

export function recordOf(config: RunConfig, measured: Measured): DoneRecord {
  const { test, validation, memorised, chosen } = measured;
  const epoch = { epoch: 2, loss: 0.5, learningRate: 0.1, seconds: 1 };
  return runRecordSchema.parse({
    ...common(config),
    status: 'done',
    settings: {},
    data: { sha256: '', classes: ['a', 'b'], rows: { train: 8, validation: 1, test: 1 } },
    noise: { realised: 0.4 },
    epochs: [],
    last: {
      ...epoch,
      ...(test !== undefined && { testAccuracy: test }),
      ...(validation !== undefined && { validationAccuracy: validation }),
      ...(memorised !== undefined && { memorised }),
    },
    ...(chosen !== undefined && { chosen: { ...epoch, epoch: 1, testAccuracy: chosen } }),
    calibration: { temperature: 1 },
  }) as DoneRecord;
}

export function failedRecord(made: Made, diverged: boolean): RunRecord {
  return runRecordSchema.parse({
    ...common(configOf(made)),
    status: 'failed',
    error: diverged ? 'training diverged' : 'worker lost',
    diverged,
    epochs: [],
  });
}

function common(config: RunConfig) {
  return {
    format: 'symloss-run',
    version: 1,
    id: runId(config),
    grid: 'made',
    config,
    environment,
    started: '2026-01-01T00:00:00.000Z',
    seconds: 3,
  };
}

/** Records of seeds 1, 2, … with these test accuracies. */
export function overSeeds(accuracies: readonly number[], made: Made): RunRecord[] {
  return accuracies.map((test, i) => doneRecord({ ...made, test, seed: i + 1 }));
}
