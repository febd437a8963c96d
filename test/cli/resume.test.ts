import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { decodeSafeTensors } from '../../src/train/checkpoint/safetensors.ts';
import type { Started } from './run.ts';
import { blobs, folders, program, quick, readJson, start, symloss, writeLines } from './run.ts';

const folder = folders('resume');

const checkpointsIn = (out: string): string[] => {
  const own = join(out, 'checkpoints');
  return existsSync(own)
    ? readdirSync(own)
        .filter((name) => name.endsWith('.safetensors'))
        .map((name) => join(own, name))
    : [];
};

/** Where each run stands, by its checkpoint. */
function positions(out: string): { epoch: number; batch: number; steps: number }[] {
  return checkpointsIn(out).map((file) => {
    const { metadata } = decodeSafeTensors(readFileSync(file), file);
    return JSON.parse(metadata.position ?? '');
  });
}

/** The metrics of a folder without what times differ in. */
function timeless(out: string): unknown {
  const text = readFileSync(join(out, 'metrics.json'), 'utf8');
  return JSON.parse(text, (key, value) => (key === 'seconds' ? undefined : value));
}

const results = [
  ...['config.json', 'metrics.json', 'model.json', 'model.onnx', 'records.jsonl', 'report.html'],
];

/** Random numbers are drawn at every step, and one loss is trained. */
const network = ['--model', 'mlp:32,dropout=0.2', '--loss', 'sgce:q=0.7'];

/** A command whose 2 · 80 epochs of the digits take some seconds, and its results. */
const long = [
  ...['train', ...network, '--epochs', '80', '--jobs', '1'],
  ...['--checkpoint-every', '1'],
];

describe('killed at random moments', () => {
  test('ends with the model and the metrics of a run that was never stopped', async () => {
    const cwd = folder();
    const rng = stream(1, 'kills');
    const [whole, killed] = [join(cwd, 'whole'), join(cwd, 'killed')];
    expect((await symloss([...long, '--out', 'whole'], cwd)).code).toBe(0);

    const steps = () => positions(killed).reduce((sum, position) => sum + position.steps, 0);
    /** Kills every fifth process as it starts, the others some checkpoints on. */
    const kill = async ({ child }: Started, i: number): Promise<void> => {
      const before = steps();
      const epochs = i % 5 === 0 ? 0 : 1 + rng.integer(5);
      const isDue = () => child.exitCode !== null || steps() >= before + 40 * epochs;
      while (!isDue()) await delay(2);
      await delay(epochs === 0 ? 400 * rng.uniform() : 15 * rng.uniform());
      child.kill('SIGKILL');
    };
    const args = (i: number) =>
      existsSync(join(killed, 'checkpoints', 'config.json'))
        ? ['train', '--resume', 'killed', '--jobs', String(1 + (i % 2))]
        : [...long, '--out', 'killed', '--overwrite'];
    // where the machine is so busy that a kill comes too late, the command starts over
    const endings: { code: number | null; model: Buffer }[] = [];
    let isOver = false;
    for (let kills = 0; kills < 21 || !isOver; ) {
      if (isOver) rmSync(killed, { recursive: true });
      const process = start(args(kills), cwd);
      if (kills < 21) await kill(process, kills);
      const { code } = await process.result;
      isOver = code !== null;
      if (isOver) endings.push({ code, model: readFileSync(join(killed, 'model.onnx')) });
      else kills++;
      // as a kill during a write leaves it
      for (const file of checkpointsIn(killed)) {
        if (kills % 4 === 0 && !isOver)
          writeFileSync(`${file}.4711-0123456789ab.part`, readFileSync(file).subarray(0, 999));
      }
    }
    const model = readFileSync(join(whole, 'model.onnx'));
    expect(endings).toEqual(endings.map(() => ({ code: 0, model })));
    expect(timeless(killed)).toEqual(timeless(whole));
    expect(readdirSync(killed).sort()).toEqual(results);
    expect(readJson(killed, 'model.json')).toEqual(readJson(whole, 'model.json'));
  }, 300_000); // some 25 seconds on an idle machine

  test('an interrupt in the middle of an epoch, and again: the same model', async () => {
    const cwd = folder();
    const rng = stream(2, 'interrupts');
    // 323 steps an epoch, each with a checkpoint: by default there is one a second at most, and a fast machine is done by then
    const often = ['--checkpoint-every', '1'];
    const args = ['train', ...network, '--epochs', '20', '--batch-size', '4', ...often];
    expect((await symloss([...args, '--out', 'whole'], cwd)).code).toBe(0);
    const batches: number[] = [];
    for (let i = 0; i < 4; i++) {
      const command = i === 0 ? [...args, '--out', 'run'] : ['train', '--resume', 'run'];
      const { child, result } = start(command, cwd);
      const steps = () => positions(join(cwd, 'run')).reduce((sum, p) => sum + p.steps, 0);
      const before = steps();
      while (steps() < before + 200 && child.exitCode === null) await delay(5); // an epoch is over
      await delay(30 * rng.uniform());
      child.kill(i % 2 === 0 ? 'SIGINT' : 'SIGTERM');
      expect(await result).toMatchObject({
        code: 130,
        stderr: 'symloss: interrupted; go on with: symloss train --resume run\n',
      });
      batches.push(...positions(join(cwd, 'run')).map(({ batch }) => batch));
    }
    expect(Math.max(...batches)).toBeGreaterThan(0);
    expect((await symloss(['train', '--resume', 'run'], cwd)).code).toBe(0);
    expect(readFileSync(join(cwd, 'run', 'model.onnx'))).toEqual(
      readFileSync(join(cwd, 'whole', 'model.onnx')),
    );
    expect(timeless(join(cwd, 'run'))).toEqual(timeless(join(cwd, 'whole')));
  }, 120_000);
});

describe('the folder of a command that was stopped', () => {
  const train = ['train', 'data.csv', '--label', 'kind', ...quick];

  /** Where a command ended and kept its checkpoints. */
  let original = '';
  beforeAll(async () => {
    original = folder();
    writeLines(original, 'data.csv', ['x,y,kind', ...blobs(60)]);
    const args = [...train, '--compare', 'nce+rce', '--keep-checkpoints'];
    expect((await symloss(args, original)).code).toBe(0);
  });

  /** A copy of its folder. */
  function kept(): string {
    const cwd = folder();
    cpSync(original, cwd, { recursive: true });
    return cwd;
  }

  test('--keep-checkpoints: a file for every run, and the options', () => {
    const cwd = kept();
    const out = join(cwd, 'symloss-run');
    expect(readdirSync(out).sort()).toEqual(['checkpoints', ...results]);
    const own = readdirSync(join(out, 'checkpoints'));
    expect(own.filter((name) => !/^[0-9a-f]{16}\.safetensors$/.test(name)).sort()).toEqual([
      ...['config.json', 'models', 'records.jsonl'],
    ]);
    expect(checkpointsIn(out)).toHaveLength(2);
    expect(positions(out)).toEqual([
      expect.objectContaining({ epoch: 3, batch: 0, steps: 2 }),
      expect.objectContaining({ epoch: 3, batch: 0, steps: 2 }),
    ]);
    expect(readJson(out, 'checkpoints', 'config.json')).toEqual(readJson(out, 'config.json'));
  });

  /** As if it had been stopped before the end of a run was recorded. */
  const unrecorded = (cwd: string) =>
    rmSync(join(cwd, 'symloss-run', 'checkpoints', 'records.jsonl'));

  test('runs that had ended are taken from their records', async () => {
    const cwd = kept();
    const out = join(cwd, 'symloss-run');
    const model = readFileSync(join(out, 'model.onnx'));
    const metrics = timeless(out);
    for (const name of results) rmSync(join(out, name), { force: true });
    const { code, stderr } = await symloss(['train', '--resume', 'symloss-run'], cwd);
    expect([code, stderr]).toEqual([0, '']);
    expect(readFileSync(join(out, 'model.onnx'))).toEqual(model);
    expect(timeless(out)).toEqual(metrics);
    expect(readdirSync(out).sort()).toEqual(results);
  });

  test('without records they are measured again; one that has no checkpoint is trained', async () => {
    const cwd = kept();
    const out = join(cwd, 'symloss-run');
    const model = readFileSync(join(out, 'model.onnx'));
    const metrics = timeless(out);
    for (const name of results) rmSync(join(out, name), { force: true });
    unrecorded(cwd);
    rmSync(checkpointsIn(out)[0] as string);
    const { code, stderr } = await symloss(['train', '--resume', 'symloss-run'], cwd);
    expect(code).toBe(0);
    expect(stderr.match(/^\[\d\/2\]/gm)).toEqual(['[1/2]', '[2/2]']);
    expect(readFileSync(join(out, 'model.onnx'))).toEqual(model);
    expect(timeless(out)).toEqual(metrics);
    expect(readdirSync(out).sort()).toEqual(results);
  });

  test('refuses other data than those of the runs that have ended', async () => {
    const cwd = kept();
    writeLines(cwd, 'data.csv', ['x,y,kind', ...blobs(60).toReversed()]);
    const { code, stderr } = await symloss(['train', '--resume', 'symloss-run'], cwd);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^symloss: data\.csv: expected the data of the runs that have ended, with sha256 [0-9a-f]{64}, received [0-9a-f]{64}; resume with the same data, or start anew with --overwrite\n$/,
    );
  });

  test('is not overwritten by chance; --overwrite starts anew and removes other files of it', async () => {
    const cwd = kept();
    const out = join(cwd, 'symloss-run');
    writeFileSync(join(out, 'checkpoints', 'notes.txt'), 'mine');
    const refused = await symloss(train, cwd);
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'symloss: symloss-run: expected a folder without an earlier run, received one with checkpoints; go on with: symloss train --resume symloss-run, choose another with --out, or add --overwrite\n',
    });
    expect((await symloss([...train, '--overwrite'], cwd)).code).toBe(0);
    expect(readdirSync(join(out, 'checkpoints'))).toEqual(['notes.txt']);
  });

  test.each([
    [
      'other data',
      (cwd: string) => writeLines(cwd, 'data.csv', ['x,y,kind', ...blobs(60).toReversed()]),
      /: expected a checkpoint with training\w+ [0-9a-f]{64}, received [0-9a-f]{64}: the training data have changed since; resume with the settings, data/,
    ],
    [
      'a damaged checkpoint',
      (cwd: string) => {
        for (const file of checkpointsIn(join(cwd, 'symloss-run'))) {
          const bytes = readFileSync(file);
          bytes[bytes.length - 1]! ^= 255;
          writeFileSync(file, bytes);
        }
      },
      /: expected tensors with sha256 \w+, received \w+; the file is damaged; /,
    ],
  ])('%s: refused with the path, and left as it is', async (_, change, message) => {
    const cwd = kept();
    const out = join(cwd, 'symloss-run');
    unrecorded(cwd);
    change(cwd);
    const before = checkpointsIn(out).map((file) => readFileSync(file));
    const { code, stderr } = await symloss(['train', '--resume', 'symloss-run'], cwd);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^symloss: symloss-run[\\/]checkpoints[\\/][^\n]+\.safetensors: [^\n]+\n$/,
    );
    expect(stderr).toMatch(message);
    expect(checkpointsIn(out).map((file) => readFileSync(file))).toEqual(before);
  });

  test.each([
    [
      '--resume nowhere',
      'nowhere: expected a run that was stopped, with checkpoints/config.json, received none; give the folder that --out named; runs that ended have no checkpoints, unless with --keep-checkpoints',
    ],
    [
      '--resume symloss-run --epochs 3',
      'option --epochs: expected nothing beside --resume, received 3; a resumed run keeps its settings; only --jobs and --keep-checkpoints go with it',
    ],
    [
      'data.csv --resume symloss-run',
      'data: expected nothing beside --resume, received data.csv; a resumed run keeps its settings; only --jobs and --keep-checkpoints go with it',
    ],
    [
      '--resume symloss-run --jobs 0',
      'option --jobs: expected an integer from 1 to 1024, received 0',
    ],
  ])('train %s', async (args, message) => {
    const cwd = folder();
    const own = join(cwd, 'symloss-run', 'checkpoints');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'config.json'), '{}');
    const result = await symloss(['train', ...args.split(' ')], cwd);
    expect(result.stderr.replaceAll('\\', '/')).toBe(`symloss: ${message}\n`);
    expect(result.code).toBe(2);
  });

  test.skipIf(process.platform === 'win32')(
    'a checkpoint that does not fit on the disk: an error with its path, the one before it stays',
    async () => {
      const cwd = folder();
      const wide = [
        'train',
        '--model',
        'mlp:512',
        '--loss',
        'sgce:q=0.7',
        '--epochs',
        '100000',
        '--jobs',
        '1',
      ];
      const { child, output, result } = start(wide, cwd);
      await output;
      while (checkpointsIn(join(cwd, 'symloss-run')).length === 0) await delay(20);
      child.kill('SIGINT');
      expect((await result).code).toBe(130);
      const [file = ''] = checkpointsIn(join(cwd, 'symloss-run'));
      const before = readFileSync(file);
      // no file beyond some kilobytes; without the signal that would end the process
      const limited = spawn(
        'sh',
        [
          '-c',
          `trap '' XFSZ; ulimit -f 100; exec "$0" "$@"`,
          ...[process.execPath, program, 'train', '--resume', 'symloss-run'],
        ],
        { cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000 },
      );
      let stderr = '';
      limited.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      await once(limited, 'close');
      expect(stderr).toMatch(
        /^symloss: symloss-run\/checkpoints\/[^\n]+\.safetensors: expected a place to write a checkpoint to, received file too large; the one before it, if any, is as it was; make room there, then resume the run\n$/,
      );
      expect(limited.exitCode).toBe(1);
      expect(readFileSync(file)).toEqual(before);
      expect(readdirSync(join(cwd, 'symloss-run', 'checkpoints')).sort()).toEqual(
        ['config.json', file.split('/').at(-1)].sort(),
      );
    },
  );
});
