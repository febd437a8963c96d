import { create } from '@bufbuild/protobuf';
import type { DType, Shape, TensorData } from '../../core/index.ts';
import { allocate, internalError } from '../../core/index.ts';
import type { AttributeProto, NodeProto, TensorProto } from './onnx_pb.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
} from './onnx_pb.ts';

/** An integer, a list of integers, a string, or a float, marked as such. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

export const onnxTypes: { readonly [D in DType]: TensorProto_DataType } = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
};

/** The domain of onnxruntime's own operators. */
export const contribDomain = 'com.microsoft';

/** The domain of onnxruntime's operators in blocked layout. */
export const blockedDomain = 'com.microsoft.nchwc';

/** Collects the nodes and constants of an ONNX graph while expressions are lowered to it. */
export class Emitter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  /** Domains of the nodes, other than the standard one. */
  readonly domains = new Set<string>();
  readonly #constants = new Map<string, string>();
  #count = 0;

  /** Adds a node with one output and returns the output's name. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): string {
    const output = this.#freshName(opType);
    if (domain !== '') this.domains.add(domain);
    this.nodes.push(
      create(NodeProtoSchema, {
        name: output,
        opType,
        domain,
        input: [...inputs],
        output: [output],
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      }),
    );
    return output;
  }

  /** A constant tensor's name; equal small constants are stored once. */
  constant(dtype: DType, shape: Shape, values: ArrayLike<number>): string {
    const key = values.length > 64 ? undefined : `${dtype}[${shape}]${Array.from(values, bits)}`;
    const existing = key === undefined ? undefined : this.#constants.get(key);
    if (existing !== undefined) return existing;
    const name = this.#freshName('const');
    const data = allocate(dtype, values.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      data[i] = data instanceof BigInt64Array ? BigInt(value) : value;
    }
    this.initializer(name, dtype, shape, data);
    if (key !== undefined) this.#constants.set(key, name);
    return name;
  }

  scalar(dtype: DType, value: number): string {
    return this.constant(dtype, [], [value]);
  }

  /** A list of integers, as shapes, axes and the like are given to ONNX operators. */
  integers(values: readonly number[]): string {
    return this.constant('int64', [values.length], values);
  }

  reshape(x: string, shape: readonly number[]): string {
    return this.node('Reshape', [x, this.integers(shape)]);
  }

  cast(x: string, to: DType): string {
    return this.node('Cast', [x], { to: onnxTypes[to] });
  }

  /** The given entries along an axis. */
  gather(x: string, indices: readonly number[], axis: number): string {
    return this.node('Gather', [x, this.integers(indices)], { axis });
  }

  initializer(name: string, dtype: DType, shape: Shape, data: TensorData): void {
    this.initializers.push(
      create(TensorProtoSchema, {
        name,
        dataType: onnxTypes[dtype],
        dims: shape.map(BigInt),
        rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      }),
    );
  }

  #freshName(stem: string): string {
    return `${stem}_${this.#count++}`;
  }
}

function bits(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'string') {
    const type = AttributeProto_AttributeType.STRING;
    return create(AttributeProtoSchema, { name, type, s: new TextEncoder().encode(value) });
  }
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw internalError(`attribute ${name} is not an integer`);
    const type = AttributeProto_AttributeType.INT;
    return create(AttributeProtoSchema, { name, type, i: BigInt(value) });
  }
  if ('float' in value) {
    const type = AttributeProto_AttributeType.FLOAT;
    return create(AttributeProtoSchema, { name, type, f: value.float });
  }
  const type = AttributeProto_AttributeType.INTS;
  return create(AttributeProtoSchema, { name, type, ints: value.map(BigInt) });
}
