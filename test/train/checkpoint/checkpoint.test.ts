import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Expected } from '../../../src/train/checkpoint/checkpoint.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/train/checkpoint/checkpoint.ts';
import { checkpointFile } from '../../../src/train/checkpoint/files.ts';
import type { RunState } from '../../../src/train/run-state.ts';
import { messageOf } from '../../messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const values = (...data: number[]) => Float32Array.from(data);
const state: RunState = {
  epoch: 3,
  batch: 7,
  steps: 27,
  lossSum: 0.1 + 0.2, // 0.30000000000000004: all 17 digits matter
  seconds: 5e-324,
  epochs: [
    { epoch: 1, loss: 1 / 3, learningRate: Math.fround(0.05), seconds: 2 ** 53 - 1 },
    { epoch: 2, loss: -1e-7, learningRate: 1e300, testAccuracy: 2 / 3, seconds: 1.5 },
  ],
  slots: {
    weight: { dtype: 'float32', shape: [2, 2], data: values(1, -0, 1e-45, Number.NaN) },
    bias: { dtype: 'float32', shape: [2], data: values(-1, 3) },
    step: { dtype: 'float32', shape: [], data: values(27) },
  },
  streams: { dropout: [1, -2, 3, 2 ** 31 - 1] },
};
const identity = { loss: 'ce', epochs: '9', trainingFeatures: 'ab12' };
const slots = [
  { name: 'weight', shape: [2, 2], role: 'network' },
  { name: 'bias', shape: [2], role: 'network' },
  { name: 'step', shape: [], role: 'optimizer' },
] satisfies Expected['slots'];
const expected: Expected = { identity, slots };
const bytes = () => Uint8Array.from(Buffer.concat(encodeCheckpoint(state, identity)));

test('a state is read as it was written, every bit of it', () => {
  expect(decodeCheckpoint(bytes(), expected, 'x')).toEqual(state);
});

test('the best epoch and a stop are read again; a state without is no longer for them', () => {
  const { step: _, ...network } = state.slots;
  const full: RunState = {
    ...state,
    stopped: true,
    best: { epoch: 1, slots: { ...network, bias: { ...network.bias!, data: values(7, -0) } } },
  };
  const content = Uint8Array.from(Buffer.concat(encodeCheckpoint(full, identity)));
  expect(decodeCheckpoint(content, expected, 'x')).toEqual(full);
  expect(content.length - bytes().length).toBeGreaterThan(4 * 6); // four weights, two biases
  const text = new TextDecoder().decode(bytes());
  expect(text).not.toMatch(/best|stopped/);
});

describe('refused', () => {
  const refusal = (own: Expected, content = bytes()) =>
    messageOf(() => decodeCheckpoint(content, own, 'run.safetensors'));
  const hint =
    '; resume with the settings, data and packages that the run was started with, or start it elsewhere';

  test('where one byte differs, wherever it is', () => {
    const good = bytes();
    for (let i = 0; i < good.length; i++) {
      const bad = good.slice();
      bad[i]! ^= 1;
      // blanks behind the header carry nothing
      if (good[i] === 0x20 && (bad[i] as number) === 0x21 && i >= headEnd(good)) continue;
      expect(() => decodeCheckpoint(bad, expected, 'x'), `byte ${i}`).toThrow(/^x: expected /);
    }
  });

  test('of the format before, saying so', () => {
    const text = new TextDecoder('latin1')
      .decode(bytes())
      .replace('"version":"2"', '"version":"1"');
    expect(refusal(expected, Uint8Array.from(Buffer.from(text, 'latin1')))).toBe(
      'run.safetensors: expected a checkpoint of version 2, received 1; another version of symloss wrote it: go on with that one, or start the run again',
    );
  });

  test('with damaged values, saying so', () => {
    const bad = bytes();
    bad[bad.length - 1]! ^= 64;
    expect(refusal(expected, bad)).toMatch(
      /^run\.safetensors: expected tensors with sha256 [0-9a-f]{64}, received [0-9a-f]{64}; the file is damaged; /,
    );
  });

  test.each([
    [{ ...identity, epochs: '10' }, 'a checkpoint with epochs 10, received 9'],
    [
      { ...identity, trainingFeatures: 'cd34' },
      'a checkpoint with trainingFeatures cd34, received ab12: the training data have changed since',
    ],
    [{ ...identity, rowWeights: 'ee' }, 'a checkpoint with rowWeights ee, received nothing'],
    [
      { loss: 'ce', epochs: '9' },
      'a checkpoint with trainingFeatures nothing, received ab12: the training data have changed since',
    ],
  ])('of another run: %j', (own, message) => {
    const other = { slots, identity: own as typeof identity };
    expect(refusal(other)).toBe(`run.safetensors: expected ${message}${hint}`);
  });

  test.each([
    [
      [...slots, { name: 'more', shape: [3], role: 'network' as const }],
      'tensor more as float32[3], received nothing',
    ],
    [
      [{ ...slots[0]!, shape: [4] }, ...slots.slice(1)],
      'tensor weight as float32[4], received float32[2,2]',
    ],
    [slots.slice(1), 'tensors bias, step, received weight'],
  ])('with other tensors', (own, message) => {
    expect(refusal({ identity, slots: own })).toBe(`run.safetensors: expected ${message}${hint}`);
  });
});

function headEnd(content: Uint8Array): number {
  const length = Number(new DataView(content.buffer).getBigUint64(0, true));
  return 8 + new TextDecoder().decode(content.subarray(8, 8 + length)).trimEnd().length;
}

test('file names keep to what every file system takes, and differ where specs do', () => {
  const specs = [
    'ce',
    'CE',
    'nce+agce:a=6,q=1.5',
    'symmetrize(focal:gamma=2)',
    '0.5*ce + 2*mae',
    '../x',
    'y'.repeat(300),
  ];
  const names = specs.map((spec) => checkpointFile('', spec, 12));
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(specs.length);
  for (const name of names)
    expect(name).toMatch(/^[\w.=+-]{1,90}-[0-9a-f]{8}-seed12\.safetensors$/);
  expect(names[2]).toMatch(/^nce\+agce_a=6_q=1\.5-/);
});
