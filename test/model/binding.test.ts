import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import type { ModelProto } from '../../src/graph/onnx/onnx_pb.ts';
import {
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  SparseTensorProtoSchema,
  TensorProto_DataType,
  TrainingInfoProtoSchema,
} from '../../src/graph/onnx/onnx_pb.ts';
import { writeTogether } from '../../src/io/index.ts';
import type { ModelDescription } from '../../src/model/index.ts';
import { exportOnnx, openModel } from '../../src/model/index.ts';
import { loadModel, saveModel } from '../../src/model/node/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { hashOf } from '../../src/train/checkpoint/identity.ts';
import { folders } from '../cli/run.ts';
import { changedOnnx, tensorElsewhere, writeModel } from './onnx-files.ts';
import { cardOf, partsOf } from './trained.ts';

const folder = folders('binding');
const parts = partsOf();
const onnx = exportOnnx(parts);
const card = cardOf(parts);
const hint = 'the model is damaged, or its files are of two models: train and save it again';

describe('the two files of a model belong together', () => {
  const other = exportOnnx(partsOf(0.5));
  const models = { old: folder(), new: folder() };

  // every state that a kill between two renames may leave, in whichever order
  test.each([
    ['old', 'old'],
    ['new', 'new'],
    ['old', 'new'],
    ['new', 'old'],
    ['none', 'old'],
    ['old', 'none'],
  ] as const)('%s network, %s card', async (network, description) => {
    await saveModel(models.old, onnx, card);
    await saveModel(models.new, other, { ...card, temperature: 0.5 });
    const mixed = folder();
    if (network !== 'none')
      copyFileSync(join(models[network], 'model.onnx'), join(mixed, 'model.onnx'));
    if (description !== 'none')
      copyFileSync(join(models[description], 'model.json'), join(mixed, 'model.json'));
    const loading = loadModel(mixed);
    if (network === description) {
      await (await loading).dispose();
      return;
    }
    const [missing] = [network === 'none' ? 'model.onnx' : 'model.json'];
    const message =
      network === 'none' || description === 'none'
        ? `${join(mixed, missing)}: expected a readable file, received no such file; give the folder that training wrote`
        : `${join(mixed, 'model.onnx')}: expected the network of this card, with sha256 ${hashOf(description === 'old' ? onnx : other)}, received ${hashOf(network === 'old' ? onnx : other)}; ${hint}`;
    await expect(loading).rejects.toMatchObject({ name: 'SymlossError', kind: 'failure', message });
  });

  test('a disk that is full at the second file leaves both as they were, and nothing beside them', async () => {
    const place = folder();
    await saveModel(place, onnx, card);
    const before = readdirSync(place).map((name) => readFileSync(join(place, name)));
    let opened = 0;
    const openFile = async (path: string) => {
      if (++opened === 2) throw new Error('ENOSPC: no space left on device');
      return open(path, 'wx');
    };
    const files = ['model.onnx', 'model.json'].map((name) => [join(place, name), 'new'] as const);
    await expect(writeTogether(files, { openFile })).rejects.toMatchObject({
      kind: 'failure',
      where: join(place, 'model.json'),
    });
    expect(readdirSync(place).map((name) => readFileSync(join(place, name)))).toEqual(before);
  });

  test('in a browser too', async () => {
    const stored = { ...card, sha256: hashOf(onnx) };
    await (await openModel({ onnx, card: stored }, nodeRunner())).dispose();
    await expect(openModel({ onnx: other, card: stored }, nodeRunner())).rejects.toMatchObject({
      message: `network: expected the network of this card, with sha256 ${hashOf(onnx)}, received ${hashOf(other)}; ${hint}`,
    });
  });
});

describe('what a card says is checked against the network', () => {
  const output = (model: ModelProto, name: string) =>
    model.graph!.output.find((value) => value.name === name)!;
  const without = (name: string) => (model: ModelProto) => {
    model.graph!.output = model.graph!.output.filter((value) => value.name !== name);
  };
  const typed = (name: string, elemType: number) => (model: ModelProto) => {
    const type = output(model, name).type!.value;
    if (type.case === 'tensorType') type.value.elemType = elemType;
  };

  test.each<[string, Partial<ModelDescription>, (model: ModelProto) => void, string]>([
    [
      'a class too few',
      { classes: ['ant', 'bee'] },
      () => {},
      'expected output probs: float32[n,2], received probs: float32[n,3]',
    ],
    [
      'a class too many',
      { classes: ['ant', 'bee', 'cat', 'dog'] },
      () => {},
      'expected output probs: float32[n,4], received probs: float32[n,3]',
    ],
    [
      'another shape of features',
      { featureShape: [4] },
      () => {},
      'expected input features: float32[n,4], received features: float32[n,5]',
    ],
    [
      'images instead of a table',
      { featureShape: [1, 5, 1] },
      () => {},
      'expected input features: float32[n,1,5,1], received features: float32[n,5]',
    ],
    ['no label', {}, without('label'), 'expected output label: int64[n], received none'],
    ['no probs', {}, without('probs'), 'expected output probs: float32[n,3], received none'],
    ['no scores', {}, without('scores'), 'expected output scores: float32[n,3], received none'],
    [
      'labels of another type',
      {},
      typed('label', TensorProto_DataType.INT32),
      'expected output label: int64[n], received label: int32[n]',
    ],
    [
      'probabilities of a type without a name here',
      {},
      typed('probs', TensorProto_DataType.FLOAT16),
      'expected output probs: float32[n,3], received probs: type 10[n,3]',
    ],
    [
      'a fixed number of rows',
      {},
      (model) => {
        const type = model.graph!.input[0]!.type!.value;
        if (type.case === 'tensorType') {
          type.value.shape!.dim[0]!.value = { case: 'dimValue', value: 2n };
        }
      },
      'expected input features: float32[n,5], received features: float32[2,5]',
    ],
    [
      'a second input',
      {},
      (model) => {
        model.graph!.input.push({ ...model.graph!.input[0]!, name: 'more' });
      },
      'expected no input but "features", received more',
    ],
    [
      'no graph',
      {},
      (model) => {
        delete model.graph;
      },
      'expected an ONNX model, received one without a graph',
    ],
  ])('%s', async (_, fields, change, message) => {
    const place = folder();
    writeModel(place, changedOnnx(onnx, change), { ...card, ...fields });
    await expect(loadModel(place)).rejects.toMatchObject({
      name: 'SymlossError',
      kind: 'failure',
      message: expect.stringContaining(`${join(place, 'model.onnx')}: ${message}`),
    });
  });

  test('bytes that are no ONNX, though the card has their hash', async () => {
    const place = folder();
    writeModel(place, Buffer.from('not a network'), card);
    await expect(loadModel(place)).rejects.toMatchObject({
      kind: 'failure',
      message: `${join(place, 'model.onnx')}: expected an ONNX model, received bytes that are none`,
    });
  });
});

describe('a network that reads other files is refused, wherever it names them', () => {
  const elsewhere = tensorElsewhere();
  const inAttribute = (fields: object) =>
    create(NodeProtoSchema, { opType: 'If', attribute: [create(AttributeProtoSchema, fields)] });
  const subgraph = create(GraphProtoSchema, {
    node: [inAttribute({ g: create(GraphProtoSchema, { initializer: [elsewhere] }) })],
  });
  const sparse = create(SparseTensorProtoSchema, { indices: elsewhere });

  test.each<[string, (model: ModelProto) => void]>([
    ['a weight', (model) => model.graph!.initializer.push(elsewhere)],
    ['a sparse weight', (model) => model.graph!.sparseInitializer.push(sparse)],
    ['a constant', (model) => model.graph!.node.push(inAttribute({ t: elsewhere }))],
    [
      'one of several constants',
      (model) => model.graph!.node.push(inAttribute({ tensors: [elsewhere] })),
    ],
    ['a sparse constant', (model) => model.graph!.node.push(inAttribute({ sparseTensor: sparse }))],
    ['a branch of a branch', (model) => model.graph!.node.push(inAttribute({ g: subgraph }))],
    [
      'one of several branches',
      (model) => model.graph!.node.push(inAttribute({ graphs: [subgraph] })),
    ],
    [
      'a function',
      (model) =>
        model.functions.push(
          create(FunctionProtoSchema, { node: [inAttribute({ t: elsewhere })] }),
        ),
    ],
    [
      'the training part',
      (model) =>
        model.trainingInfo.push(create(TrainingInfoProtoSchema, { initialization: subgraph })),
    ],
    [
      'data without the mark',
      (model) => model.graph!.initializer.push({ ...elsewhere, dataLocation: 0 }),
    ],
  ])('%s', async (_, change) => {
    const place = folder();
    mkdirSync(place, { recursive: true });
    writeModel(place, changedOnnx(onnx, change), card);
    await expect(loadModel(place)).rejects.toMatchObject({
      kind: 'failure',
      message: `${join(place, 'model.onnx')}: expected an ONNX model with all of its numbers in itself, received tensor "weights" in another file`,
    });
  });
});
