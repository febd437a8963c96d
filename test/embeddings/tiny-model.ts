import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { create, toBinary } from '@bufbuild/protobuf';
import type { ValueInfoProtoSchema } from '../../src/graph/onnx/onnx_pb.ts';
import { ModelProtoSchema, TensorProto_DataType } from '../../src/graph/onnx/onnx_pb.ts';

/*
 * Pretrained models of a few numbers, in the files that transformers.js reads: what they give can be computed by hand.
 */

const { FLOAT, INT64 } = TensorProto_DataType;
/** Attributes of ONNX: an integer, a list of integers. */
const [int, ints] = [2, 7];

/** The hidden state of each word. The last ones have their own: padding, and words that are not known. */
export const wordStates: Readonly<Record<string, readonly number[]>> = {
  '[PAD]': [100, 100, 100],
  '[UNK]': [0, 0, 1],
  good: [1, 0, 0],
  great: [1, 0, 1],
  bad: [0, 1, 0],
  awful: [0, 1, 1],
  film: [1, 1, 1],
  day: [-1, 0, 2],
};

/** The vector of a text by hand: the mean of the states of its words, brought to length 1. */
export function vectorOf(text: string): number[] {
  const states = text
    .toLowerCase()
    .split(/\s+/)
    .map((word) => wordStates[word] ?? (wordStates['[UNK]'] as readonly number[]));
  const mean = [0, 1, 2].map(
    (j) => states.reduce((sum, state) => sum + (state[j] as number), 0) / states.length,
  );
  return unit(mean);
}

/** Brought to length 1. */
export function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** A model for texts: its last hidden state is a row of a table for each token. */
export function writeTextModel(folder: string, states = wordStates): string {
  const words = Object.keys(states);
  const special = (content: string) => ({
    ...{ id: words.indexOf(content), content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  });
  const width = (Object.values(states)[0] as readonly number[]).length;
  write(folder, {
    'config.json': { model_type: 'bert', max_position_embeddings: 64 },
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: ['[PAD]', '[UNK]'].map(special),
      normalizer: { type: 'Lowercase' },
      pre_tokenizer: { type: 'WhitespaceSplit' },
      post_processor: null,
      decoder: null,
      model: {
        type: 'WordLevel',
        vocab: Object.fromEntries(words.map((word, i) => [word, i])),
        unk_token: '[UNK]',
      },
    },
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      pad_token: '[PAD]',
      unk_token: '[UNK]',
    },
  });
  writeNetwork(folder, {
    input: value('input_ids', INT64, ['n', 'tokens']),
    output: value('last_hidden_state', FLOAT, ['n', 'tokens', width]),
    initializer: [
      {
        name: 'table',
        dataType: FLOAT,
        dims: [BigInt(words.length), BigInt(width)],
        floatData: Object.values(states).flat(),
      },
    ],
    node: [{ opType: 'Gather', input: ['table', 'input_ids'], output: ['last_hidden_state'] }],
  });
  return folder;
}

/** What a model for images gives: one vector, a vector for each token, or one for each place. */
export type ImageOutput = 'pooler_output' | 'tokens' | 'places';

/**
 * A model for images, scaled to 2 × 2 of 3 channels and divided by 255: the mean of each channel, as a vector; or the three
 * channels of each row, as tokens; or all of it.
 */
export function writeImageModel(folder: string, output: ImageOutput = 'pooler_output'): string {
  write(folder, {
    'config.json': { model_type: 'vit' },
    'preprocessor_config.json': {
      image_processor_type: 'ViTImageProcessor',
      do_resize: true,
      size: { height: 2, width: 2 },
      resample: 0,
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: false,
    },
  });
  const input = value('pixel_values', FLOAT, ['n', 3, 2, 2]);
  const mean = (axes: readonly number[], to: string) => ({
    opType: 'ReduceMean',
    input: ['pixel_values'],
    output: [to],
    attribute: [
      { name: 'axes', type: ints, ints: axes.map(BigInt) },
      { name: 'keepdims', type: int, i: 0n },
    ],
  });
  if (output === 'pooler_output') {
    const pooled = value('pooler_output', FLOAT, ['n', 3]);
    writeNetwork(folder, { input, output: pooled, node: [mean([2, 3], 'pooler_output')] });
  } else if (output === 'places') {
    const places = value('last_hidden_state', FLOAT, ['n', 3, 2, 2]);
    const same = { opType: 'Identity', input: ['pixel_values'], output: ['last_hidden_state'] };
    writeNetwork(folder, { input, output: places, node: [same] });
  } else {
    const transposed = {
      opType: 'Transpose',
      input: ['rows'],
      output: ['last_hidden_state'],
      attribute: [{ name: 'perm', type: ints, ints: [0n, 2n, 1n] }],
    };
    const tokens = value('last_hidden_state', FLOAT, ['n', 2, 3]);
    writeNetwork(folder, { input, output: tokens, node: [mean([3], 'rows'), transposed] });
  }
  return folder;
}

type Graph = NonNullable<MessageInitShape<typeof ModelProtoSchema>['graph']>;
type Value = MessageInitShape<typeof ValueInfoProtoSchema>;

function writeNetwork(
  folder: string,
  { input, output, ...graph }: Omit<Graph, 'input' | 'output'> & { input: Value; output: Value },
): void {
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: { name: 'tiny', ...graph, input: [input], output: [output] } as Graph,
  });
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  writeFileSync(join(folder, 'onnx', 'model.onnx'), toBinary(ModelProtoSchema, model));
}

function value(name: string, elemType: number, shape: readonly (string | number)[]): Value {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'string'
        ? { case: 'dimParam' as const, value: size }
        : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  return { name, type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } } };
}

function write(folder: string, files: Readonly<Record<string, object>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(content));
  }
}
