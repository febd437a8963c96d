import { describe, expect, test } from 'vitest';
import { fromNumbers, sizeOf, stream, toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { fuseChannelAffine } from '../../src/graph/onnx/blocked/fuse.ts';
import { blockedNodes } from '../../src/graph/onnx/blocked/rules.ts';
import { rewrite } from '../../src/graph/rewrite.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import {
  batchNorm,
  conv,
  dense,
  globalAvgPool,
  named,
  residual,
  sequential,
} from '../../src/nn/index.ts';
import { buildStep, sgd } from '../../src/train/index.ts';
import { onnxText } from './onnx-text.ts';

const block = 8;
const x = g.input('x', [2, 8, 3, 3]);
const w = g.input('w', [8, 8, 1, 1]);
const s = g.input('s', [8]);
const b = g.input('b', [8]);
/** Blocked, as convolutions to a block of channels or more are. */
const y = g.conv2d(x, w);

function fused(outputs: Readonly<Record<string, g.Expr>>): g.Program {
  const program = g.program(outputs);
  return fuseChannelAffine(program, blockedNodes(program, block));
}

function textOf({ outputs }: g.Program): string[] {
  return g.toText(Object.values(outputs)).split('\n');
}

describe('rewriting a program', () => {
  test('keeps what the rule keeps', () => {
    const program = g.program({ a: g.exp(g.mul(x, 2)), b: g.sum(x) });
    const result = rewrite(program, () => undefined);
    expect(result.outputs['a']).toBe(program.outputs['a']);
    expect(result.outputs['b']).toBe(program.outputs['b']);
    expect(result.inputs).toBe(program.inputs);
  });

  test('gives the rule operands that are rewritten, and rebuilds what depends on them', () => {
    const doubled = g.mul(g.exp(x), 2);
    const { outputs } = rewrite(
      g.program({ out: g.neg(doubled), same: g.log(x) }),
      (node, operands) => (node.op === 'exp' ? g.tanh(operands[0] as g.Expr) : undefined),
    );
    expect(outputs['out']).toBe(g.neg(g.mul(g.tanh(x), 2)));
    expect(outputs['same']).toBe(g.log(x));
  });

  test('tells a sole use from one of several and from an output', () => {
    const [once, twice, out] = [g.exp(x), g.tanh(x), g.sign(x)];
    const program = g.program({ sum: g.add(g.mul(once, twice), g.sub(twice, out)), out });
    const uses = new Map<string, boolean[]>();
    rewrite(program, (node, _, isOnlyUse) => {
      uses.set(
        node.op,
        node.inputs.map((_, i) => isOnlyUse(i)),
      );
      return undefined;
    });
    expect(uses.get('mul')).toEqual([true, false]);
    expect(uses.get('sub')).toEqual([false, false]);
    expect(uses.get('add')).toEqual([true, true]);
  });
});

describe('sums and relus are fused into channelAffine', () => {
  const head = [
    '%0 = input(name=x) : float32[2,8,3,3]',
    '%1 = input(name=w) : float32[8,8,1,1]',
    '%2 = conv2d(%0, %1, strides=[1,1], pads=[0,0,0,0], groups=1) : float32[2,8,3,3]',
    '%3 = input(name=s) : float32[8]',
    '%4 = input(name=b) : float32[8]',
  ];
  const affine = g.channelAffine(y, s, b);

  test.each([
    ['relu', g.relu(affine), '%5 = channelAffine(%2, %3, %4, relu=true) : float32[2,8,3,3]'],
    ['sum', g.add(affine, x), '%5 = channelAffine(%2, %3, %4, %0) : float32[2,8,3,3]'],
    [
      'sum, the affine map second',
      g.add(x, affine),
      '%5 = channelAffine(%2, %3, %4, %0) : float32[2,8,3,3]',
    ],
    [
      'sum and relu',
      g.relu(g.add(affine, x)),
      '%5 = channelAffine(%2, %3, %4, %0, relu=true) : float32[2,8,3,3]',
    ],
  ])('%s', (_, out, line) => {
    const text = textOf(fused({ out }));
    expect(text.at(-2)).toBe(line);
    expect([...text.slice(0, -2)].sort()).toEqual([...head].sort());
  });

  test('of two, the second takes the first', () => {
    const other = g.channelAffine(g.mul(y, y), b, s);
    const { outputs } = fused({ out: g.relu(g.add(affine, other)) });
    expect(outputs['out']).toBe(g.channelAffine(g.mul(y, y), b, s, { addend: affine, relu: true }));
  });

  test('a second sum stays', () => {
    const { outputs } = fused({ out: g.add(g.add(affine, x), g.exp(x)) });
    expect(outputs['out']).toBe(g.add(g.channelAffine(y, s, b, { addend: x }), g.exp(x)));
  });

  const narrow = g.conv2d(x, g.input('narrow', [4, 8, 1, 1]));
  const ofNarrow = g.channelAffine(narrow, g.input('s4', [4]), g.input('b4', [4]));
  const rectified = g.channelAffine(y, s, b, { relu: true });
  test.each<[string, Record<string, g.Expr>]>([
    ['used twice', { out: g.sub(g.relu(affine), affine) }],
    ['twice in one sum', { out: g.add(affine, affine) }],
    ['an output', { out: g.relu(affine), affine }],
    ['an addend that is broadcast', { out: g.add(affine, g.input('column', [8, 1, 1])) }],
    ['already behind a relu', { out: g.add(rectified, x) }],
    ['in plain layout', { out: g.relu(ofNarrow) }],
    ['no affine map', { out: g.relu(g.add(y, x)) }],
  ])('not where it is %s', (_, outputs) => {
    const result = fused(outputs).outputs;
    for (const [name, expr] of Object.entries(outputs)) expect(result[name]).toBe(expr);
  });

  test('float64 is lowered in plain layout', () => {
    const x64 = g.input('x', [2, 8, 3, 3], 'float64');
    const w64 = g.input('w', [8, 8, 1, 1], 'float64');
    expect(blockedNodes(g.program({ out: g.conv2d(x, w) }), block).size).toBe(1);
    expect(blockedNodes(g.program({ out: g.conv2d(x64, w64) }), block).size).toBe(0);
  });

  test('in plain layout nothing is', () => {
    const program = g.program({ out: g.relu(affine) });
    expect(blockedNodes(program, 1).size).toBe(0);
    expect(fuseChannelAffine(program, blockedNodes(program, 1)).outputs['out']).toBe(
      program.outputs['out'],
    );
  });
});

describe('a training step of a residual network', () => {
  const convNorm = (stride: number) => sequential(conv(8, 3, { stride, bias: false }), batchNorm());
  const network = sequential(
    named('stem', sequential(convNorm(1), g.relu)),
    named('one', sequential(residual(convNorm(1)), g.relu)),
    named('two', sequential(residual(convNorm(2), named('shortcut', convNorm(2))), g.relu)),
    globalAvgPool,
    dense(3),
  );
  const { program } = buildStep({
    network,
    loss: crossEntropy,
    optimizer: sgd(),
    batchSize: 8,
    featureShape: [2, 4, 4],
    k: 3,
  });
  const rewritten = fuseChannelAffine(program, blockedNodes(program, block));
  const count = ({ outputs }: g.Program, op: g.Op) =>
    g.topologicalOrder(Object.values(outputs)).filter((node) => node.op === op).length;

  test('has no relu left, and computes exactly what it did', () => {
    expect(count(program, 'relu')).toBe(3);
    expect(count(rewritten, 'relu')).toBe(0);
    // 2 residual sums, and 4 sums of the two gradients behind a batch norm
    expect(count(program, 'add') - count(rewritten, 'add')).toBe(2 + 4);
    expect(count(rewritten, 'channelAffine')).toBe(count(program, 'channelAffine'));
    const rng = stream(5, 'residual network');
    const feeds = Object.fromEntries(
      program.inputs.map(({ attrs: { name, dtype, shape } }) => {
        const numbers = Array.from({ length: sizeOf(shape) }, () =>
          dtype === 'int32' ? rng.integer(3) : rng.uniform(),
        );
        return [name, fromNumbers(dtype, shape, numbers)];
      }),
    );
    const before = g.interpret(program, feeds, { exact: true });
    const after = g.interpret(rewritten, feeds, { exact: true });
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const [name, value] of Object.entries(before)) {
      expect([name, toNumbers(after[name]!)]).toEqual([name, toNumbers(value)]);
    }
  });

  test('is not changed by fusing it again', () => {
    const again = fuseChannelAffine(rewritten, blockedNodes(rewritten, block));
    expect(
      Object.entries(again.outputs).filter(([name, e]) => e !== rewritten.outputs[name]),
    ).toEqual([]);
  });
});

describe('the ONNX graph of relu(channelAffine(conv2d(x, w)) + x)', () => {
  const program = g.program({ out: g.relu(g.add(g.channelAffine(y, s, b), x)) });

  test('in plain layout', () => {
    expect(onnxText(g.toOnnx(program)).split('\n')).toEqual([
      'Conv_0 = Conv(x, w, kernel_shape=[1,1], strides=[1,1], pads=[0,0,0,0], group=1)',
      'BatchNormalization_3 = BatchNormalization(Conv_0, s, b, const_1, const_2, epsilon=0)',
      'Add_4 = Add(BatchNormalization_3, x)',
      'out = Relu(Add_4)',
    ]);
  });

  test('in blocked layout: one convolution for all but the first', () => {
    expect(
      onnxText(g.toOnnx(program, { block })).replaceAll('com.microsoft.', '').split('\n'),
    ).toEqual([
      'ReorderInput_0 = nchwc.ReorderInput(x)',
      'ReorderInput_1 = nchwc.ReorderInput(w)',
      'Reshape_3 = Reshape(ReorderInput_1, const_2)',
      'ReorderInput_4 = nchwc.ReorderInput(Reshape_3)',
      'Reshape_6 = Reshape(ReorderInput_4, const_5)',
      'Conv_7 = nchwc.Conv(ReorderInput_0, Reshape_6, kernel_shape=[1,1], strides=[1,1], pads=[0,0,0,0])',
      'Reshape_9 = Reshape(s, const_8)',
      'Conv_10 = nchwc.Conv(Conv_7, Reshape_9, b, ReorderInput_0, kernel_shape=[1,1], group=8, activation=Relu)',
      'out = nchwc.ReorderOutput(Conv_10, channels=8)',
    ]);
  });
});
