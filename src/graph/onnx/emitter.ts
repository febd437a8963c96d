import type { MessageInitShape } from '@bufbuild/protobuf';
import { create } from '@bufbuild/protobuf';
import type { DType, NumericDType, Shape, TensorData } from '../../core/index.ts';
import { allocate, internalError, numeric } from '../../core/index.ts';
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from './onnx_pb.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';

/** An integer or integers, a string or strings, or a float or floats, marked as such. */
export type Attribute =
  | number
  | readonly number[]
  | string
  | readonly string[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };

export const onnxTypes: { readonly [D in DType]: TensorProto_DataType } = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
  string: TensorProto_DataType.STRING,
};

/** The standard's domain of operators of classical machine learning. */
export const mlDomain = 'ai.onnx.ml';

/** The domain of onnxruntime's own operators. */
export const contribDomain = 'com.microsoft';

/** The domain of onnxruntime's operators in blocked layout. */
export const blockedDomain = 'com.microsoft.nchwc';

const types = AttributeProto_AttributeType;
const utf8 = new TextEncoder();

/** Collects the nodes and constants of an ONNX graph while expressions are lowered to it. */
export class Emitter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  /** Values whose type and rank are stated. */
  readonly declared: ValueInfoProto[] = [];
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
    const type = numeric('constant', dtype);
    const data = allocate(type, values.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      data[i] = data instanceof BigInt64Array ? BigInt(value) : value;
    }
    this.initializer(name, type, shape, data);
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

  /**
   * States the type and rank of a value. ONNX's own library does not know operators of other domains, and its shape
   * inference crashes where such a value goes to a LabelEncoder.
   */
  declare(name: string, dtype: DType, rank: number): void {
    const shape = { dim: Array.from({ length: rank }, () => ({})) };
    const value = { case: 'tensorType' as const, value: { elemType: onnxTypes[dtype], shape } };
    this.declared.push(create(ValueInfoProtoSchema, { name, type: { value } }));
  }

  /** A list of texts. */
  strings(values: readonly string[]): string {
    const name = this.#freshName('const');
    this.initializers.push(
      create(TensorProtoSchema, {
        name,
        dataType: onnxTypes.string,
        dims: [BigInt(values.length)],
        stringData: values.map((text) => utf8.encode(text)),
      }),
    );
    return name;
  }

  initializer(name: string, dtype: NumericDType, shape: Shape, data: TensorData): void {
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
  const of = (
    type: AttributeProto_AttributeType,
    content: MessageInitShape<typeof AttributeProtoSchema>,
  ): AttributeProto => create(AttributeProtoSchema, { name, type, ...content });
  if (typeof value === 'string') return of(types.STRING, { s: utf8.encode(value) });
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw internalError(`attribute ${name} is not an integer`);
    return of(types.INT, { i: BigInt(value) });
  }
  if ('float' in value) return of(types.FLOAT, { f: value.float });
  if ('floats' in value) return of(types.FLOATS, { floats: [...value.floats] });
  return isStrings(value)
    ? of(types.STRINGS, { strings: value.map((text) => utf8.encode(text)) })
    : of(types.INTS, { ints: value.map(BigInt) });
}

/** No list of strings is empty: the operators do not take such. */
function isStrings(values: readonly number[] | readonly string[]): values is readonly string[] {
  return typeof values[0] === 'string';
}
