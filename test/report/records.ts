import { stream } from '../../src/core/index.ts';
import type { RunConfig } from '../../src/run/config.ts';
import type { DoneRecord, RunRecord } from '../../src/run/record.ts';
import { runRecordSchema } from '../../src/run/record.ts';
import { runId } from '../../src/run/run-id.ts';

/** Made-up records of the form that real runs have; the numbers follow no training. */
const epochs = 30;
export const losses = ['ce', 'mae', 'gce:q=0.7', 'nce+rce', 'unhinged', 'sgce:q=0.4'];
const noises = ['none', 'symmetric:0.2', 'symmetric:0.4', 'symmetric:0.6', 'symmetric:0.8'];

/** What a page must not show. */
export const exampleHost = 'host-4711';

/** Least memorised share, and how much accuracy a loss gives up, by loss. */
const manners: Record<string, { greed: number; slowness: number }> = {
  ce: { greed: 0.85, slowness: 0.6 },
  mae: { greed: 0.04, slowness: 9 },
  'gce:q=0.7': { greed: 0.22, slowness: 1.5 },
  'nce+rce': { greed: 0.12, slowness: 2 },
  unhinged: { greed: 0.06, slowness: 3 },
  'sgce:q=0.4': { greed: 0.08, slowness: 2.2 },
};

const rates: Record<string, number> = {
  'column:worse_label': 0.4021,
  'column:aggregated_label': 0.0903,
};

export function configOf(
  loss: string,
  noise: string,
  seed: number,
  changes: Partial<RunConfig> = {},
): RunConfig {
  return {
    data: { source: 'digits', testShare: 0.2, validation: 0.1 },
    model: 'mlp:256',
    noise,
    loss,
    seed,
    training: { epochs, evaluateEvery: 1 },
    ...changes,
  };
}

function common(config: RunConfig) {
  return {
    format: 'symloss-run' as const,
    version: 1 as const,
    id: runId(config),
    grid: 'synthetic',
    config,
    environment: {
      symloss: '0.1.0',
      onnxruntime: '1.30.0',
      node: '20.19.0',
      platform: 'linux x64',
      cpu: 'Example 3000 (2 cores)',
      threads: 1,
      device: 'cpu',
      host: exampleHost,
    },
    started: `2026-03-0${1 + (config.seed % 3)}T10:00:00.000Z`,
  };
}

/** Accuracies rise, and fall again as wrong labels are memorised. */
export function doneRecord(config: RunConfig): DoneRecord {
  const rng = stream(config.seed, `${config.loss} ${config.noise}`);
  const rate = rates[config.noise] ?? Number(/[\d.]+$/.exec(config.noise)?.[0] ?? 0);
  const { greed, slowness } = manners[config.loss] ?? { greed: 0.1, slowness: 2 };
  const ceiling =
    0.975 - 0.05 * rate - (rate > 0.7 ? 0.12 : 0) - 0.004 * slowness + 0.006 * rng.normal();
  const limit = (share: number): number => Number(Math.min(1, Math.max(0, share)).toFixed(6));
  const curve = Array.from({ length: epochs }, (_, i) => {
    const epoch = i + 1;
    const memorised =
      rate === 0
        ? undefined
        : limit(
            greed * (1 - Math.exp(-epoch / 14)) * (0.8 + 0.4 * rate) + 0.012 + 0.008 * rng.normal(),
          );
    const risen = ceiling * (1 - 0.9 * Math.exp(-epoch / slowness));
    const test = limit(
      risen - 0.9 * rate * (memorised ?? 0) + 0.006 * (1 + 3 * rate) * rng.normal(),
    );
    return {
      epoch,
      loss: 2 * Math.exp(-epoch / 10),
      learningRate: 0.05,
      validationAccuracy: limit(test * (1 - rate)),
      testAccuracy: test,
      ...(memorised !== undefined && { memorised }),
      seconds: 0.14 * epoch,
    };
  });
  const last = curve[epochs - 1] as (typeof curve)[number];
  return {
    ...common(config),
    seconds: 4.2 + 0.1 * config.seed,
    status: 'done',
    settings: {
      optimizer: 'sgd',
      learningRate: 0.05,
      weightDecay: 0.0077,
      schedule: 'cosine',
      batchSize: 32,
    },
    data: {
      sha256: '9f2c'.repeat(16),
      classes: Array.from({ length: 10 }, (_, i) => String(i)),
      rows: { train: 1294, validation: 144, test: 359 },
    },
    noise: { realised: rate },
    epochs: curve,
    last,
    chosen: curve.reduce((best, now) =>
      now.validationAccuracy > best.validationAccuracy ? now : best,
    ),
    calibration: { temperature: 1.2, testError: 0.031 },
  };
}

export function failedRecord(config: RunConfig, error: string, diverged: boolean): RunRecord {
  return { ...common(config), seconds: 1.5, status: 'failed', error, diverged, epochs: [] };
}

/** 6 losses × 5 noise rates × 3 seeds × 30 epochs, one run of which diverged. */
export function syntheticRecords(): RunRecord[] {
  const records = noises.flatMap((noise) =>
    losses.flatMap((loss) =>
      [1, 2, 3].map((seed): RunRecord => {
        const config = configOf(loss, noise, seed);
        if (loss === 'unhinged' && noise === 'symmetric:0.8' && seed === 3) {
          return failedRecord(
            config,
            'training: expected finite values, received NaN in epoch 4',
            true,
          );
        }
        return doneRecord(config);
      }),
    ),
  );
  for (const record of records) runRecordSchema.parse(record);
  return records;
}

/** More of everything: a second data set, other noise, a parameter that is swept, a failure. */
export function manyRecords(): RunRecord[] {
  const image = {
    data: { source: '/data/cifar10-train.parquet', testShare: 0.2, validation: 0.1, rows: 5000 },
    model: 'cnn8',
  };
  const more = [
    ...[0.1, 0.2, 0.3, 0.4].map((rate) => `asymmetric:${rate}`),
    ...['column:worse_label', 'column:aggregated_label'],
  ].flatMap((noise) => losses.map((loss) => configOf(loss, noise, 1, image)));
  const sweep = ['symmetric:0.2', 'symmetric:0.6'].flatMap((noise) =>
    [0.1, 0.2, 0.6, 0.8, 1].flatMap((q) =>
      [1, 2, 3].map((seed) => configOf(`sgce:q=${q}`, noise, seed)),
    ),
  );
  return [
    ...syntheticRecords(),
    ...[...more, ...sweep].map(doneRecord),
    failedRecord(
      configOf('focal', 'none', 1),
      'worker: expected an answer, received exit code 137',
      false,
    ),
  ];
}

/** A name that would run if anything took it for markup. */
export const nasty = '<script>alert(1)</script><img src=x onerror=alert(2)></script>"\'';

/** Records with that name wherever a text may stand. */
export function nastyRecords(): RunRecord[] {
  const config = configOf(nasty, `column:${nasty}`, 1, {
    data: { source: nasty, testShare: 0.2, validation: 0.1 },
    model: nasty,
  });
  const done = doneRecord(config);
  return [
    {
      ...done,
      id: nasty,
      grid: nasty,
      started: nasty,
      settings: { [nasty]: nasty },
      environment: { ...done.environment, host: nasty, cpu: nasty },
    },
    failedRecord({ ...config, seed: 2 }, nasty, false),
  ];
}
