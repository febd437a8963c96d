import type { MessageInitShape } from '@bufbuild/protobuf';
import { create } from '@bufbuild/protobuf';
import type { DType, NumericDType, Shape, TensorData } from '../../core/index.ts';
import { allocate, internalError, numeric } from '../../core/index.ts';
import type {
  AttributeProto,
  GraphProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from './onnx_pb.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
} from './onnx_pb.ts';
import { onnxTypes, valueInfo } from './value-info.ts';

/** An integer or integers, a string or strings; and marked as such a float or floats, or a graph. */
export type Attribute =
  | number
  | readonly number[]
  | string
  | readonly string[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly graph: GraphProto };

/** An input or output of the graph that a node runs: of what type and shape. */
interface BodyValue {
  readonly dtype: DType;
  readonly shape: Shape;
}

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
  readonly domains: Set<string>;
  readonly #constants = new Map<string, string>();
  /** Shared with the graphs that nodes run: a name means one thing in all of them. */
  readonly #names: { count: number };

  /** @param outer what the graph that is collected is a part of */
  constructor(outer?: Emitter) {
    this.domains = outer?.domains ?? new Set();
    this.#names = outer === undefined ? { count: 0 } : outer.#names;
  }

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
  declare(name: string, dtype: DType, sizes: readonly (number | undefined)[]): void {
    this.declared.push(valueInfo(name, dtype, sizes));
  }

  /**
   * Computes each row of x by itself and joins the results.
   * @param row what a row is
   * @param result what a row gives
   * @param compute emits the nodes for a row, given its name, and returns the name of its result; it may use
   *   nothing from outside
   */
  scan(
    x: string,
    row: BodyValue,
    result: BodyValue,
    compute: (emitter: Emitter, row: string) => string,
  ): string {
    const inner = new Emitter(this);
    const given = this.#freshName('row');
    const made = compute(inner, given);
    const body = create(GraphProtoSchema, {
      name: 'row',
      node: inner.nodes,
      initializer: inner.initializers,
      valueInfo: inner.declared,
      input: [valueInfo(given, row.dtype, row.shape)],
      output: [valueInfo(made, result.dtype, result.shape)],
    });
    return this.node('Scan', [x], { body: { graph: body }, num_scan_inputs: 1 });
  }

  /** A tensor of texts. */
  strings(shape: Shape, values: readonly string[]): string {
    const name = this.#freshName('const');
    this.initializers.push(
      create(TensorProtoSchema, {
        name,
        dataType: onnxTypes.string,
        dims: shape.map(BigInt),
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
    return `${stem}_${this.#names.count++}`;
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
  if ('graph' in value) return of(types.GRAPH, { g: value.graph });
  if ('floats' in value) return of(types.FLOATS, { floats: [...value.floats] });
  return isStrings(value)
    ? of(types.STRINGS, { strings: value.map((text) => utf8.encode(text)) })
    : of(types.INTS, { ints: value.map(BigInt) });
}

/** No list of strings is empty: the operators do not take such. */
function isStrings(values: readonly number[] | readonly string[]): values is readonly string[] {
  return typeof values[0] === 'string';
}
