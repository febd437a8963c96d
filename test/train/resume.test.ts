import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { CompareOptions, TrainOptions } from '../../src/run/index.ts';
import type { EpochMetrics } from '../../src/train/index.ts';
import { checkpointFile } from '../../src/train/index.ts';
import { data } from './centres.ts';
import { runModule, SymlossError, train } from './package.ts';

const { compare } = runModule;

const folder = mkdtempSync(join(tmpdir(), 'symloss-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What must be the same of two runs: everything but the time. */
const timeless = (epochs: readonly EpochMetrics[]) => epochs.map((m) => ({ ...m, seconds: 0 }));

const quick = {
  data,
  model: 'mlp:8,dropout=0.2',
  noise: 'symmetric:0.3',
  loss: 'sgce:q=0.7',
  epochs: 4,
} satisfies TrainOptions;

describe('train({ checkpoint })', () => {
  const file = join(folder, 'train.safetensors');

  /** Aborts a run after its second epoch. */
  async function stopped(options: Partial<TrainOptions> = {}): Promise<void> {
    const stop = new AbortController();
    const onEpoch = ({ epoch }: EpochMetrics) => epoch === 2 && stop.abort(new Error('enough'));
    const all = { ...quick, epochs: 4000, ...options, checkpoint: { file }, signal: stop.signal };
    await expect(train({ ...all, onEpoch: (m) => void onEpoch(m) })).rejects.toThrow('enough');
  }

  test('goes on to the model of a run that was never stopped', async () => {
    const long = { ...quick, epochs: 400 };
    const whole = await train(long);
    await stopped(long);
    const seen: number[] = [];
    const resumed = await train({
      ...long,
      checkpoint: { file, resume: true },
      onEpoch: ({ epoch }) => seen.push(epoch),
    });
    expect(resumed.onnx).toEqual(whole.onnx);
    expect(timeless(resumed.metrics.epochs)).toEqual(timeless(whole.metrics.epochs));
    expect(resumed.metrics.calibration).toEqual(whole.metrics.calibration);
    expect(seen[0]).toBeGreaterThan(2);
    expect(seen.at(-1)).toBe(400);
    expect(resumed.settings).toEqual(whole.settings);
  });

  test('without a file, resuming is starting; without resume, a file is replaced', async () => {
    const whole = await train(quick);
    rmSync(file, { force: true });
    const first = await train({ ...quick, checkpoint: { file, resume: true } });
    expect(first.onnx).toEqual(whole.onnx);
    writeFileSync(file, 'not a checkpoint');
    writeFileSync(`${file}.123-0123456789ab.part`, 'half a checkpoint');
    const other = await train({ ...quick, seed: 2, checkpoint: { file } });
    expect(other.onnx).not.toEqual(whole.onnx);
    expect(readdirSync(folder).filter((entry) => entry.startsWith('train.'))).toEqual([
      'train.safetensors',
    ]);
    const again = await train({ ...quick, seed: 2, checkpoint: { file, resume: true } });
    expect(again.onnx).toEqual(other.onnx);
  });

  test.each([
    [
      'garbage',
      (good: Buffer) => Buffer.from(`garbage ${good.length}`),
      {},
      /: expected a safetensors file/,
    ],
    [
      'a damaged one',
      (good: Buffer) => {
        const bad = Buffer.from(good);
        bad[bad.length - 3]! ^= 1;
        return bad;
      },
      {},
      /: expected tensors with sha256 \w+, received \w+; the file is damaged/,
    ],
    [
      'half of one',
      (good: Buffer) => good.subarray(0, good.length / 2),
      {},
      /: expected \d+ bytes|with a header/,
    ],
    [
      'one of another model',
      (good: Buffer) => good,
      { model: 'mlp:9' },
      /expected a checkpoint with model mlp:9, received mlp:8,dropout=0\.2/,
    ],
    [
      'one of more epochs',
      (good: Buffer) => good,
      { epochs: 4 },
      /expected a checkpoint with epochs 4, received 4000/,
    ],
    [
      'one of other noise',
      (good: Buffer) => good,
      { noise: 'symmetric:0.2' },
      /expected a checkpoint with noise symmetric:0\.2, received symmetric:0\.3/,
    ],
  ])('refuses %s and leaves it as it is', async (_, change, options, message) => {
    await stopped();
    const bytes = change(readFileSync(file));
    writeFileSync(file, bytes);
    const all = { ...quick, epochs: 4000, ...options, checkpoint: { file, resume: true } };
    const error: unknown = await train(all).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SymlossError);
    expect(error).toMatchObject({ where: file, kind: 'failure' });
    expect((error as Error).message).toMatch(message);
    expect(readFileSync(file)).toEqual(bytes);
  });

  test('a place that cannot be written to ends the run with its path', async () => {
    const nowhere = join(folder, 'no folder', 'x.safetensors');
    await expect(train({ ...quick, checkpoint: { file: nowhere } })).rejects.toMatchObject({
      where: nowhere,
      expected: 'a place to write a checkpoint to',
      received: 'no such file',
      kind: 'failure',
    });
  });

  test('wrong options are refused', async () => {
    await expect(train({ ...quick, checkpoint: { file: '' } })).rejects.toThrow(
      'checkpoint, file: expected a path, received ""',
    );
    const both = { file, every: 1, seconds: 1 };
    await expect(train({ ...quick, checkpoint: both })).rejects.toThrow(
      'checkpoint: expected every, in epochs, or seconds, received both',
    );
    await expect(train({ ...quick, checkpoint: { file, every: 0 } })).rejects.toThrow(
      'checkpoint, every: expected an integer of at least 1, received 0',
    );
  });
});

describe('compare({ checkpoints })', () => {
  const losses = ['nce+agce:a=6,q=1.5', 'ce'];
  const options = { ...quick, epochs: 300, losses, seeds: [1, 2] } satisfies CompareOptions;

  test('resumes the runs that have one, and gives the same models', async () => {
    const whole = await compare(options);
    const own = mkdtempSync(join(folder, 'compare-'));
    const stop = new AbortController();
    const ended: string[] = [];
    const runs = compare({
      ...options,
      checkpoints: own,
      signal: stop.signal,
      onRun: ({ loss, seed }) => ended.push(`${loss} ${seed}`),
      onEpoch: (run, { epoch }) => run.seed === 2 && epoch === 2 && stop.abort(new Error('enough')),
    });
    await expect(runs).rejects.toThrow('enough');
    const [first = '', second = ''] = losses;
    expect(ended).toEqual([`${first} 1`]);
    const fileOf = (seed: number) => checkpointFile(own, first, seed);
    expect(
      readdirSync(own)
        .map((entry) => join(own, entry))
        .sort(),
    ).toEqual([fileOf(1), fileOf(2)].sort());
    const epochs: string[] = [];
    const resumed = await compare({
      ...options,
      checkpoints: { folder: own, resume: true },
      jobs: 2,
      onEpoch: ({ loss, seed }) => epochs.push(`${loss} ${seed}`),
    });
    expect(resumed.map(({ trained }) => trained?.onnx)).toEqual(
      whole.map(({ trained }) => trained?.onnx),
    );
    const count = (key: string) => epochs.filter((entry) => entry === key).length;
    expect(count(`${first} 1`)).toBe(0); // it had ended
    expect(count(`${first} 2`)).toBeLessThanOrEqual(298);
    expect(count(`${second} 1`)).toBe(300);
  });

  test('a checkpoint that is refused ends the comparison, it is no divergence', async () => {
    const own = mkdtempSync(join(folder, 'refused-'));
    const file = checkpointFile(own, 'ce', 2);
    writeFileSync(file, 'garbage');
    await expect(
      compare({ ...options, epochs: 2, checkpoints: { folder: own, resume: true } }),
    ).rejects.toMatchObject({ where: file, kind: 'failure' });
  });

  test('a loss that is given twice would write one file twice', async () => {
    await expect(
      compare({ ...options, losses: ['ce', 'ce'], checkpoints: folder }),
    ).rejects.toThrow('losses: expected each once, since each has its checkpoint, received ce, ce');
  });
});
