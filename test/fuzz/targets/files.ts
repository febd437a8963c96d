import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readConfig } from '../../../src/cli/train-config.ts';
import { SymlossError } from '../../../src/core/index.ts';
import {
  parseProgress,
  parseRequest,
  requestOf,
} from '../../../src/experiments/executors/queue/request.ts';
import { expandGrid, presets, RecordStore, readGrid } from '../../../src/experiments/index.ts';
import { cutTexts, onnxSignature, toOnnx } from '../../../src/graph/index.ts';
import { exportOnnx } from '../../../src/model/index.ts';
import { loadModel, saveModel } from '../../../src/model/node/index.ts';
import { runId } from '../../../src/run/run-id.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/train/checkpoint/checkpoint.ts';
import { readProgress } from '../../../src/train/checkpoint/progress.ts';
import type { RunState } from '../../../src/train/run-state.ts';
import { configOf, doneRecord } from '../../experiments/made-records.ts';
import { tableModel } from '../../graph/table-model.ts';
import { cardOf, partsOf, rawRows } from '../../model/trained.ts';
import type { Input } from '../mutate.ts';
import type { Target } from '../target.ts';
import { demand } from './data.ts';

const rows = rawRows(4);

/** A small model as `saveModel` writes it, and what it says about `rows`. */
async function makeModel(): Promise<{ input: Input; probs: number[][] }> {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-fuzz-model-'));
  try {
    const parts = partsOf();
    await saveModel(folder, exportOnnx(parts), cardOf(parts));
    const loaded = await loadModel(folder);
    const { probs } = await loaded.predict(rows);
    await loaded.dispose();
    const files = readdirSync(folder).map((name) => [
      `model/${name}`,
      readFileSync(join(folder, name)),
    ]);
    return { input: Object.fromEntries(files), probs: probs.map((row) => [...row]) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let made: ReturnType<typeof makeModel> | undefined;
const madeModel = () => (made ??= makeModel());

const model: Target = {
  name: 'model',
  seeds: async () => [(await madeModel()).input],
  kindOf: (file) => (file.endsWith('.json') ? 'json' : 'bytes'),
  async read(folder) {
    const loaded = await loadModel(join(folder, 'model'));
    try {
      const { probs } = await loaded.predict(rows);
      demand(
        isDeepStrictEqual(
          probs.map((row) => [...row]),
          (await madeModel()).probs,
        ),
        'other probabilities than those of the saved model',
      );
    } finally {
      await loaded.dispose();
    }
  },
};

/** Reads the operations on texts from a network; of the one that was written, as they were. */
const texts: Target = {
  name: 'cut texts',
  seeds: () => [{ 'model.onnx': Buffer.from(toOnnx(tableModel(['a', 'b']).program)) }],
  kindOf: () => 'bytes',
  read(_, input) {
    const { onnx, operations } = cutTexts(input['model.onnx'] as Buffer, 'model', '');
    const left = onnxSignature(onnx, 'core').inputs.filter(({ type }) => type === 'string');
    demand(left.length === 0, 'inputs of texts that are left');
    for (const operation of operations.values()) {
      if (operation.op === 'termCounts') {
        demand(operation.forms.length === operation.ids.length, 'forms without ids');
      }
    }
  },
};

const values = (...data: number[]) => Float32Array.from(data);
const state: RunState = {
  epoch: 3,
  batch: 7,
  steps: 27,
  lossSum: 0.1 + 0.2,
  seconds: 1.5,
  epochs: [
    { epoch: 1, loss: 1 / 3, learningRate: 0.5, seconds: 2 },
    { epoch: 2, loss: -1e-7, learningRate: 1e300, testAccuracy: 2 / 3, seconds: 1.5 },
  ],
  slots: {
    weight: { dtype: 'float32', shape: [2, 2], data: values(1, -0, 1e-45, 4) },
    step: { dtype: 'float32', shape: [], data: values(27) },
  },
  streams: { dropout: [1, -2, 3, 2 ** 31 - 1] },
};
const identity = { loss: 'ce', epochs: '9', trainingFeatures: 'ab12' };

const checkpoint: Target = {
  name: 'checkpoint',
  seeds: () => [{ 'run.safetensors': Buffer.concat(encodeCheckpoint(state, identity)) }],
  kindOf: () => 'bytes',
  read(folder, input) {
    const bytes = Uint8Array.from(input['run.safetensors'] as Buffer);
    const slots = [
      { name: 'weight', shape: [2, 2], role: 'network' },
      { name: 'step', shape: [], role: 'optimizer' },
    ] as const;
    const read = decodeCheckpoint(bytes, { identity, slots }, join(folder, 'run.safetensors'));
    demand(isDeepStrictEqual(read, state), 'another state than the one that was written');
  },
};

const progress: Target = {
  name: 'progress',
  seeds: checkpoint.seeds,
  kindOf: checkpoint.kindOf,
  async read(folder) {
    const found = await readProgress(join(folder, 'run.safetensors'));
    // it refuses without a word: what cannot be read is not shown
    if (found === undefined) throw new SymlossError('progress', 'a checkpoint', 'other bytes');
    const { identity, last } = found;
    const texts = Object.values(identity);
    demand(
      texts.every((text) => typeof text === 'string'),
      'an identity of other things than texts',
    );
    demand(
      last === undefined || Number.isSafeInteger(last.epoch),
      'an epoch that is no whole number',
    );
  },
};

const config: Target = {
  name: 'config',
  seeds: () => {
    const config = {
      format: 'symloss-train',
      version: 2,
      source: 'data.csv',
      label: 'y',
      noise: 'symmetric:0.4',
    };
    const more = {
      compare: ['ce', 'gce:q=0.7'],
      seeds: 3,
      epochs: 30,
      model: 'mlp:64',
      batchSize: 32,
    };
    return [{ 'config.json': Buffer.from(JSON.stringify({ ...config, ...more }, null, 2)) }];
  },
  kindOf: () => 'json',
  read: (folder) => readConfig(join(folder, 'config.json')),
};

const records: Target = {
  name: 'records',
  seeds: () => {
    const lines = [1, 2, 3].map((seed) =>
      JSON.stringify(doneRecord({ seed, test: 0.5, chosen: 0.5 })),
    );
    return [{ 'records.jsonl': Buffer.from(`${lines.join('\n')}\n`) }];
  },
  kindOf: () => 'json',
  async read(folder) {
    const store = await RecordStore.open(folder);
    const all = store.all();
    const added = doneRecord({ seed: 4 });
    await store.append(added);
    const others = (await RecordStore.open(folder)).all().filter(({ id }) => id !== added.id);
    const before = all.filter(({ id }) => id !== added.id);
    demand(isDeepStrictEqual(others, before), 'other records after one was added');
  },
};

const gridText = `name: first
data: [digits, { source: other.csv, label: y }]
models: ['mlp:64']
noises: [none, 'symmetric:0.4']
losses: [ce, { loss: 'sgce:q=0.7', training: { learningRate: 0.1 } }]
seeds: 3
training: { epochs: 30 }
`;

const grid: Target = {
  name: 'grid',
  seeds: () => [
    { 'grid.yaml': Buffer.from(gridText) },
    { 'grid.yaml': Buffer.from(JSON.stringify(presets['mnist'])) },
    {
      'grid.yaml': Buffer.from(
        gridText.replace('[none,', '&n [none,').replace('losses:', 'description: &d text\nlosses:'),
      ),
    },
  ],
  kindOf: (file) => (file.endsWith('.yaml') ? 'text' : 'json'),
  async read(folder) {
    expandGrid(await readGrid(join(folder, 'grid.yaml')));
  },
};

const epoch = { epoch: 2, loss: 0.5, learningRate: 0.1, seconds: 1 };
const runConfig = configOf({});

/** What a worker finds in Redis. */
const message: Target = {
  name: 'queue message',
  seeds: () => [
    {
      request: Buffer.from(
        JSON.stringify(
          requestOf({ id: runId(runConfig), grid: 'first', config: runConfig }, 'ab'.repeat(32)),
        ),
      ),
    },
    { progress: Buffer.from(JSON.stringify({ kind: 'epoch', metrics: epoch })) },
  ],
  kindOf: () => 'json',
  read(_, input) {
    let value: unknown;
    try {
      value = JSON.parse(Buffer.concat(Object.values(input)).toString('utf8'));
    } catch {
      return; // BullMQ's own fault
    }
    if (input['request'] !== undefined) parseRequest(value);
    else if (parseProgress(value) === undefined) throw new SymlossError('x', 'x', 'another');
  },
};

export const fileTargets: readonly Target[] = [
  model,
  texts,
  checkpoint,
  progress,
  config,
  records,
  grid,
  message,
];
