import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { exportOnnx } from '../../src/model/index.ts';
import { loadModel } from '../../src/model/node/index.ts';
import { killPoints, partsBelow, runKilled, runWhole } from '../helpers/kills.ts';
import { cardOf, partsOf } from '../model/trained.ts';
import { blobs, folders, program, writeLines } from './run.ts';

const folder = folders('kills');
const minutes = 60_000;

/** A fresh copy of a folder. */
function copyOf(template: string): string {
  const cwd = folder();
  cpSync(template, cwd, { recursive: true });
  return cwd;
}

/** Whole JSON under every final name. */
function checkWhole(path: string): void {
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    if (/\.json$/.test(name)) JSON.parse(readFileSync(join(path, name), 'utf8'));
  }
}

/** The kind of model that a folder has, or why it has none; an error that is no `SymlossError` is thrown. */
async function modelIn(path: string): Promise<string> {
  try {
    const model = await loadModel(path);
    await model.dispose();
    return `model of ${model.card.loss}`;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'SymlossError') throw error;
    return 'a SymlossError';
  }
}

/** Without what differs from run to run. */
const withoutTimes = (text: string): unknown =>
  JSON.parse(text, (key, value) => (/^(seconds|waitShare)$/.test(key) ? undefined : value));

describe('symloss train, over an earlier run, killed at a call that changes files', () => {
  const template = folder();
  const options = ['data.csv', '--label', 'kind', '--model', 'linear', '--jobs', '1'];
  const args = [
    'train',
    ...options,
    '--loss',
    'sgce:q=0.7',
    '--epochs',
    '2',
    '--compare',
    'mae',
    '--out',
    'run',
    '--overwrite',
  ];
  const results = (cwd: string) => ({
    model: readFileSync(join(cwd, 'run', 'model.onnx')),
    card: readFileSync(join(cwd, 'run', 'model.json'), 'utf8'),
    metrics: withoutTimes(readFileSync(join(cwd, 'run', 'metrics.json'), 'utf8')),
    records: readFileSync(join(cwd, 'run', 'records.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id as string),
    names: readdirSync(join(cwd, 'run')).sort(),
  });
  let undisturbed: ReturnType<typeof results>;

  beforeAll(async () => {
    writeLines(template, 'data.csv', ['x,y,kind', ...blobs(60)]);
    const earlier = ['train', ...options, '--epochs', '1', '--loss', 'ce', '--out', 'run'];
    expect((await runWhole({ args: [program, ...earlier], cwd: template })).end).toBe(0);
    const cwd = copyOf(template);
    expect((await runWhole({ args: [program, ...args], cwd })).end).toBe(0);
    undisturbed = results(cwd);
  }, 10 * minutes);

  test.each([
    ['its main thread', 'main', 7],
    ['the thread that trains', 'worker', 3],
  ] as const)(
    'in %s: what is there is whole, and what follows is as if nothing had been',
    async (_, where, sample) => {
      const points = await killPoints(
        { args: [program, ...args], cwd: copyOf(template), where },
        sample,
      );
      expect(points.length).toBeGreaterThan(2); // it does count calls
      for (const point of points) {
        const cwd = copyOf(template);
        const end = await runKilled({ args: [program, ...args], cwd, where }, point);
        expect([point, end]).toEqual([point, 'SIGKILL']);
        checkWhole(cwd);
        expect(['model of ce', 'model of sgce:q=0.7', 'a SymlossError']).toContain(
          await modelIn(join(cwd, 'run')),
        );
        const canResume = existsSync(join(cwd, 'run', 'checkpoints', 'config.json'));
        const next = canResume ? ['train', '--resume', 'run', '--jobs', '1'] : args;
        const whole = await runWhole({ args: [program, ...next], cwd });
        expect([point, whole]).toEqual([point, { end: 0, stderr: expect.any(String) }]);
        expect([point, results(cwd)]).toEqual([point, undisturbed]);
        expect([point, partsBelow(cwd)]).toEqual([point, []]);
      }
      console.log(`killed train in ${where} at ${points.length} points`);
    },
    120 * minutes,
  );
});

test(
  'symloss bench, killed likewise, makes every run once',
  async () => {
    const template = folder();
    writeLines(template, 'data.csv', ['x,y,kind', ...blobs(60)]);
    writeLines(template, 'grid.yaml', [
      'name: small',
      'data: [{ source: data.csv, label: kind }]',
      'models: [linear]',
      'noises: [none]',
      'losses: [ce, mae]',
      'seeds: 1',
      'training: { epochs: 1 }',
    ]);
    const args = ['bench', 'grid.yaml', '--out', 'out', '--jobs', '1'];
    const results = (cwd: string) => ({
      ids: readFileSync(join(cwd, 'out', 'records.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id as string)
        .sort(),
      summary: readFileSync(join(cwd, 'out', 'summary.md'), 'utf8'),
      names: readdirSync(join(cwd, 'out')).sort(),
    });
    const first = copyOf(template);
    const points = await killPoints({ args: [program, ...args], cwd: first }, 5);
    const undisturbed = results(first);
    expect(undisturbed.ids).toHaveLength(2);
    for (const point of points) {
      const cwd = copyOf(template);
      const end = await runKilled({ args: [program, ...args], cwd }, point);
      expect([point, end]).toEqual([point, 'SIGKILL']);
      checkWhole(cwd);
      const whole = await runWhole({ args: [program, ...args], cwd });
      expect([point, whole]).toEqual([point, { end: 0, stderr: expect.any(String) }]);
      expect([point, results(cwd)]).toEqual([point, undisturbed]);
      expect([point, partsBelow(cwd)]).toEqual([point, []]);
    }
    console.log(`killed bench at ${points.length} points`);
  },
  120 * minutes,
);

test(
  'saveModel over an earlier model, killed likewise: the old model, the new one or an error, never a mix',
  async () => {
    const template = folder();
    const [old, next] = [partsOf(0.25), partsOf(0.5)];
    for (const [name, parts, loss] of [
      ['old', old, 'ce'],
      ['new', next, 'mae'],
    ] as const) {
      writeFileSync(join(template, `${name}.onnx`), exportOnnx(parts));
      writeFileSync(join(template, `${name}.json`), JSON.stringify({ ...cardOf(parts), loss }));
    }
    const module = new URL('../../dist/node/model-node.js', import.meta.url).href;
    const code = `
      import { readFileSync } from 'node:fs';
      const { saveModel } = await import(${JSON.stringify(module)});
      const name = process.argv[1];
      await saveModel('saved', readFileSync(name + '.onnx'), JSON.parse(readFileSync(name + '.json', 'utf8')));`;
    const save = (name: string, cwd: string) => ({
      args: ['--input-type=module', '-e', code, name],
      cwd,
    });
    expect((await runWhole(save('old', template))).end).toBe(0);
    expect(await modelIn(join(template, 'saved'))).toBe('model of ce');
    const points = await killPoints(save('new', copyOf(template)), 6);
    const seen = new Set<string>();
    for (const point of points) {
      const cwd = copyOf(template);
      expect([point, await runKilled(save('new', cwd), point)]).toEqual([point, 'SIGKILL']);
      seen.add(await modelIn(join(cwd, 'saved')));
      expect((await runWhole(save('new', cwd))).end).toBe(0);
      expect([point, await modelIn(join(cwd, 'saved'))]).toEqual([point, 'model of mae']);
      expect([point, partsBelow(cwd)]).toEqual([point, []]);
    }
    expect(seen).toContain('model of ce');
    console.log(`killed saveModel at ${points.length} points`);
  },
  120 * minutes,
);
