import { execFile } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { AnyTensor } from '../../src/core/index.ts';
import { fromNumbers, tensor, toNumbers, zeros } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { interpreterRunner, nodeRunner, release, webRunner } from '../../src/runtime/index.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const x = g.input('x', [2, 3]);
const labels = g.input('labels', [2], 'int32');
const program = g.program({
  picked: g.sum(g.mul(g.oneHot(labels, 3), g.logSoftmax(x)), -1),
  doubled: g.mul(x, 2),
});
const feeds = {
  x: fromNumbers('float32', [2, 3], [1, 2, 4, -1, 0, 3]),
  labels: fromNumbers('int32', [2], [2, 0]),
};
const errorOf = (act: Promise<unknown>) => act.catch((error: unknown) => error);
const engines = [nodeRunner(), webRunner()];

describe.each([interpreterRunner(), ...engines])('$name', (runner) => {
  test('refuses feeds that are missing or do not fit, by name', async () => {
    const executable = await runner.compile(program);
    const messages = await Promise.all(
      [
        {},
        { ...feeds, x: fromNumbers('float32', [3, 2], [1, 2, 3, 4, 5, 6]) },
        { ...feeds, x: fromNumbers('float32', [3], [1, 2, 3]) },
        { ...feeds, x: fromNumbers('float64', [2, 3], [1, 2, 3, 4, 5, 6]) },
        { x: feeds.x },
      ].map(async (wrong) => {
        const error = await errorOf(executable.run(wrong));
        expect(error).toMatchObject({ name: 'SymlossError', kind: 'usage' });
        return (error as Error).message;
      }),
    );
    await executable.dispose();
    // of several missing ones, the first of the program is named
    const [first] = program.inputs;
    const { name } = first!.attrs;
    const type = name === 'x' ? 'float32[2,3]' : 'int32[2]';
    expect(messages).toEqual([
      `input ${name}: expected ${type}, received nothing`,
      'input x: expected float32[2,3], received float32[3,2]',
      'input x: expected float32[2,3], received float32[3]',
      'input x: expected float32[2,3], received float64[2,3]',
      'input labels: expected int32[2], received nothing',
    ]);
  });

  test('gives outputs memory of their own, which can be released', async () => {
    const executable = await runner.compile(program);
    const first = await executable.run(feeds);
    release([first.doubled!]);
    const second = await executable.run(feeds);
    await executable.dispose();
    expect(first.doubled!.data.length).toBe(0);
    expect(first.picked!.data.length).toBe(2);
    expect(Array.from(toNumbers(second.doubled!))).toEqual([2, 4, 8, -2, 0, 6]);
    expect(feeds.x!.data.length).toBe(6);
  });

  test('ignores feeds that it does not know', async () => {
    const executable = await runner.compile(program);
    const { doubled } = await executable.run({ ...feeds, other: zeros('int64', [7]) });
    await executable.dispose();
    expect(Array.from(toNumbers(doubled!))).toEqual([2, 4, 8, -2, 0, 6]);
  });
});

describe.each([interpreterRunner(), ...engines])('texts given to $name', (runner) => {
  const texts = g.input('texts', [2], 'string');
  const places = g.program({ place: g.categoryIndex(texts, ['a', 'b\uFFFD']) });

  test('are read anew each time, and left as they are', async () => {
    const executable = await runner.compile(places);
    const data = ['b\0', 'b\uD800'];
    const feed = tensor('string', [2], data);
    const first = await executable.run({ texts: feed });
    expect(data).toEqual(['b\0', 'b\uD800']);
    data[0] = 'a';
    const second = await executable.run({ texts: feed });
    await executable.dispose();
    release([feed, first.place!]);
    expect(feed.data).toEqual(['a', 'b\uD800']);
    expect(first.place!.data.length).toBe(0);
    expect(Array.from(toNumbers(second.place!))).toEqual([0, 1]);
  });

  test.each<[string, Record<string, AnyTensor>, string]>([
    ['missing', {}, 'input texts: expected string[2], received nothing'],
    [
      'numbers',
      { texts: zeros('float32', [2]) },
      'input texts: expected string[2], received float32[2]',
    ],
    [
      'too many',
      { texts: tensor('string', [3], ['a', 'b', 'c']) },
      'input texts: expected string[2], received string[3]',
    ],
    [
      'not all texts',
      { texts: tensor('string', [2], ['a', 1] as never) },
      'input texts, row 1: expected a string, received 1',
    ],
  ])('are refused where they are %s', async (_, wrong, message) => {
    const executable = await runner.compile(places);
    const error = await errorOf(executable.run(wrong));
    await executable.dispose();
    expect(error).toMatchObject({ name: 'SymlossError', message });
  });
});

describe.each(engines)('models loaded by $name', (runner) => {
  const model = g.toOnnx(program, { dynamic: { x: 'n', labels: 'n', picked: 'n', doubled: 'n' } });

  test('compute what the interpreter computes', async () => {
    const executable = await runner.load(model);
    const outputs = await executable.run(feeds);
    await executable.dispose();
    const expected = g.interpret(program, feeds, { exact: true });
    for (const name of ['picked', 'doubled'] as const) {
      const [a, b] = [toNumbers(outputs[name]!), toNumbers(expected[name]!)];
      expect(firstDifference(a, b, tolerances.float32Op)).toBe(-1);
    }
  });

  test.each([
    ['missing', { labels: feeds.labels }, 'nothing'],
    ['of another width', { ...feeds, x: zeros('float32', [2, 4]) }, 'float32[2,4]'],
    ['of another rank', { ...feeds, x: zeros('float32', [6]) }, 'float32[6]'],
    ['of another type', { ...feeds, x: zeros('int64', [2, 3]) }, 'int64[2,3]'],
  ])('refuse an input that is %s', async (_, wrong, received) => {
    const executable = await runner.load(model);
    const error = await errorOf(executable.run(wrong));
    await executable.dispose();
    expect(error).toMatchObject({
      name: 'SymlossError',
      message: `input x: expected float32[n,3], received ${received}`,
    });
  });

  test.each([
    ['garbage', Uint8Array.of(1, 2, 3)],
    ['a text', new TextEncoder().encode('not a network')],
    ['half a model', model.subarray(0, model.length / 2)],
  ])('%s is refused with the reason', async (_, bytes) => {
    const error = await errorOf(runner.load(bytes));
    expect(error).toMatchObject({
      name: 'SymlossError',
      kind: 'failure',
      where: runner.name,
      expected: 'a model it can load',
      received: expect.stringContaining('protobuf parsing failed'),
    });
    expect(error).toHaveProperty('cause');
    expect((error as Error).message).not.toContain('\n');
  });
});

describe('the interpreter as a runner', () => {
  test('is interpret', async () => {
    const executable = await interpreterRunner().compile(program);
    expect(await executable.run(feeds)).toEqual(g.interpret(program, feeds));
    await executable.dispose();
  });

  test('does not load ONNX files, and says what does', async () => {
    const error = await errorOf(interpreterRunner().load(g.toOnnx(program)));
    expect(error).toMatchObject({
      name: 'SymlossError',
      message:
        'interpreter: expected a program, received an ONNX file; use a runner of onnxruntime',
    });
  });
});

describe('a package that is not installed', () => {
  /** Loader hooks under which no package of onnxruntime can be found. */
  const hooks = `
    export function resolve(specifier, context, next) {
      if (!/^onnxruntime-(node|web)/.test(specifier)) return next(specifier, context);
      const error = new Error("Cannot find package '" + specifier.split('/')[0] + "' imported from\\nsomewhere");
      throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
    }`;
  const register = `
    import { register } from 'node:module';
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`;
  const dist = fileURLToPath(new URL('../../dist/runtime/index.js', import.meta.url));

  test.each([
    [
      'nodeRunner',
      "onnxruntime-node: expected the package to be installed, received Cannot find package 'onnxruntime-node' imported from; run: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node",
    ],
    [
      'webRunner',
      "onnxruntime-web: expected the package to be installed, received Cannot find package 'onnxruntime-web' imported from; run: npm install onnxruntime-web",
    ],
  ])('%s: one line with the remedy, on first use', async (name, message) => {
    const script = `
      const runtime = await import(${JSON.stringify(pathToFileURL(dist).href)});
      const runner = runtime.${name}();
      const error = await runner.load(new Uint8Array(0)).catch((reason) => reason);
      console.log(JSON.stringify([error.name, error.kind, error.message]));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      `data:text/javascript,${encodeURIComponent(register)}`,
      '--input-type=module',
      '--eval',
      script,
    ]);
    expect(JSON.parse(stdout)).toEqual(['SymlossError', 'failure', message]);
  });
});
