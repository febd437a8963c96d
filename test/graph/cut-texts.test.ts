import { expect, test } from 'vitest';
import { toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { feedsOf, opCases, programOf } from './cases.ts';
import { onnxText } from './onnx-text.ts';
import { tableModel } from './table-model.ts';

const cut = (onnx: Uint8Array) => g.cutTexts(onnx, 'model', 'numbers only');

const cases = (['categoryIndex', 'termCounts'] as const).flatMap((op) =>
  opCases[op].map((own) => ({ op, own, name: `${op}: ${own.name}` })),
);

test.each(cases)('$name: the operation is read from the file as it was', async ({ op, own }) => {
  const program = programOf(own, 'float32');
  const { onnx, operations } = cut(g.toOnnx(program));
  const [output] = Object.values(program.outputs);
  const name = program.inputs[0]!.attrs.name;
  expect([...operations]).toEqual([[name, { op, ...output!.attrs }]]);
  // what is left hands on what the operation gives
  const expected = g.interpret(program, feedsOf(own, 'float32'));
  const [key, values] = Object.entries(expected)[0]!;
  const executable = await nodeRunner().load(onnx);
  expect(await executable.run({ [name]: values })).toEqual({ [key]: values });
  await executable.dispose();
});

test('what comes behind the operations stays', async () => {
  const { program, feeds, dynamic } = tableModel(['not good', '', 'Good 好', '好好 not so good']);
  const { onnx, operations } = cut(g.toOnnx(program, { dynamic }));
  expect(g.onnxSignature(onnx, 'core')).toEqual({
    inputs: [
      { name: 'x', type: 'float32', shape: ['n', 2] },
      { name: 'colour', type: 'float32', shape: ['n'] },
      { name: 'text', type: 'float32', shape: ['n', 3] },
    ],
    outputs: g.onnxSignature(g.toOnnx(program, { dynamic }), 'whole').outputs,
  });
  expect(onnxText(onnx)).not.toMatch(/= (ai\.onnx\.ml|com\.microsoft)\./);
  const { colour, text } = Object.fromEntries(
    [...operations].map(([name, operation]) => {
      const x = g.input(name, [4], 'string');
      const y =
        operation.op === 'termCounts'
          ? g.termCounts(x, operation)
          : g.categoryIndex(x, operation.values);
      return [name, g.interpret(g.program({ y }), { [name]: feeds[name]! }).y!];
    }),
  );
  const executable = await nodeRunner({ contrib: false }).load(onnx);
  const { label, probs } = await executable.run({ x: feeds['x']!, colour: colour!, text: text! });
  await executable.dispose();
  const whole = g.interpret(program, feeds);
  expect(label).toEqual(whole.label);
  const [found, expected] = [toNumbers(probs!), toNumbers(whole.probs!)];
  expect(firstDifference(found, expected, tolerances.float32Net)).toBe(-1);
});

test('other models are refused', () => {
  const x = g.input('x', [3], 'string');
  const twice = g.program({ a: g.categoryIndex(x, ['a']), b: g.categoryIndex(x, ['b']) });
  expect(messageOf(() => cut(g.toOnnx(twice)))).toBe(
    'model, input x: expected an input that goes to an operation on texts of symloss, received another; give the model.onnx that training wrote',
  );
  expect(messageOf(() => cut(Uint8Array.of(1, 2, 3)))).toBe(
    'model: expected an ONNX model, received bytes that are none',
  );
});
