import { fromBinary } from '@bufbuild/protobuf';
import { SymlossError } from '../../core/index.ts';
import type { GraphProto, ModelProto, TensorProto, ValueInfoProto } from './onnx_pb.ts';
import { ModelProtoSchema, TensorProto_DataLocation } from './onnx_pb.ts';
import { onnxTypes } from './value-info.ts';

/** An input or output of an ONNX file. */
export interface OnnxValue {
  readonly name: string;
  /** Such as `float32`; the number of the type where symloss has no name for it. */
  readonly type: string;
  /** Sizes of the axes, a text for one that is named or of any size; absent where the file does not say. */
  readonly shape: readonly (number | string)[] | undefined;
}

export interface OnnxSignature {
  /** What has to be fed. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

const typeNames = new Map(Object.entries(onnxTypes).map(([name, type]) => [Number(type), name]));

/**
 * What an ONNX file takes and gives. Weights are looked at in place, none is copied.
 * @param where the file, as messages name it
 * @throws SymlossError (failure) unless the bytes are an ONNX model that has all of its numbers in itself: one that names
 * other files for them would have them read from there
 */
export function onnxSignature(bytes: Uint8Array, where: string): OnnxSignature {
  const { graph, functions, trainingInfo } = readOnnx(bytes, where);
  const outside = externalTensor([graph, functions, trainingInfo]);
  if (outside !== undefined) {
    const received = `tensor ${JSON.stringify(outside.name)} in another file`;
    throw fault(where, 'an ONNX model with all of its numbers in itself', received);
  }
  const stored = new Set(graph.initializer.map(({ name }) => name));
  return {
    inputs: graph.input.filter(({ name }) => !stored.has(name)).map(describe),
    outputs: graph.output.map(describe),
  };
}

/** @throws SymlossError (failure) unless the bytes are an ONNX model */
export function readOnnx(
  bytes: Uint8Array,
  where: string,
): ModelProto & { readonly graph: GraphProto } {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw fault(where, 'an ONNX model', 'bytes that are none', cause);
  }
  const { graph } = model;
  if (graph === undefined) throw fault(where, 'an ONNX model', 'one without a graph');
  return Object.assign(model, { graph });
}

/** The first tensor that lies elsewhere, wherever it stands: in sub-graphs, attributes, sparse tensors, functions. */
function externalTensor(value: unknown): TensorProto | undefined {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  if (isTensor(value)) {
    const isOutside = value.dataLocation === TensorProto_DataLocation.EXTERNAL;
    return isOutside || value.externalData.length > 0 ? value : undefined;
  }
  for (const part of Object.values(value)) {
    const found = externalTensor(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isTensor(value: object): value is TensorProto {
  return '$typeName' in value && value.$typeName === 'onnx.TensorProto';
}

function describe({ name, type }: ValueInfoProto): OnnxValue {
  const kind = type?.value;
  if (kind?.case !== 'tensorType') return { name, type: kind?.case ?? 'nothing', shape: undefined };
  const { elemType, shape } = kind.value;
  return {
    name,
    type: typeNames.get(elemType) ?? `type ${elemType}`,
    shape: shape?.dim.map(({ value }) =>
      value.case === 'dimValue' ? Number(value.value) : (value.value ?? '?'),
    ),
  };
}

function fault(where: string, expected: string, received: string, cause?: unknown): SymlossError {
  return new SymlossError(where, expected, received, { kind: 'failure', cause });
}
