import { create, toBinary } from '@bufbuild/protobuf';
import type { Tensor } from '../../core/index.ts';
import { formatShape, SymlossError, sameShape } from '../../core/index.ts';
import type { Expr, Node } from '../expr.ts';
import type { Op } from '../op.ts';
import type { Program } from '../program.ts';
import { topologicalOrder } from '../traverse.ts';
import { fuseChannelAffine } from './blocked/fuse.ts';
import { blockedNodes, lowerBlocked } from './blocked/rules.ts';
import { Emitter, mlDomain } from './emitter.ts';
import { isHalf } from './half.ts';
import { loweringRules } from './lowering.ts';
import type { ValueInfoProto } from './onnx_pb.ts';
import { ModelProtoSchema } from './onnx_pb.ts';
import type { LoweringOptions, LoweringRule, Precision, Target, WeightGrad } from './rules.ts';
import { valueInfo } from './value-info.ts';
import { Values } from './values.ts';

const irVersion = 8n;
const opsetVersion = 17n;
/** What `ai.onnx.ml` had when opset 17 came out. */
const mlVersion = 3n;

export interface OnnxOptions {
  /** Allow onnxruntime's own operators where they are faster; otherwise standard ones. Default: true. */
  readonly contrib?: boolean;
  /**
   * Channels of a block in onnxruntime's blocked image layout (NCHWc), which depends on the
   * processor; 1 for plain layout (NCHW). Default: 1.
   */
  readonly block?: number;
  /**
   * Where it will run: `device` takes operators that every device has, and has right, instead of the few that only the CPU
   * does. Default: `cpu`.
   */
  readonly target?: Target;
  /** `mixed` computes matrix products and convolutions in float16, all else in float32. Default: `single`. */
  readonly precision?: Precision;
  /** For the target `device`. Default: `convolution`. */
  readonly weightGrad?: WeightGrad;
  /** Values of inputs to store as constants, by name: trained parameters of an exported model. */
  readonly values?: Readonly<Record<string, Tensor>>;
  /** Inputs and outputs whose first axis is of any size, and the name of that size, e.g. `n`. */
  readonly dynamic?: Readonly<Record<string, string>>;
  readonly documentation?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A program as an ONNX model (opset 17), with its inputs and outputs under their names.
 * @returns the bytes of the model file
 * @throws SymlossError if a stored value does not have its input's type and shape
 */
export function toOnnx(program: Program, options: OnnxOptions = {}): Uint8Array {
  const { contrib = true, block = 1, target = 'cpu', precision = 'single' } = options;
  const { weightGrad = 'convolution', values: stored = {}, dynamic = {} } = options;
  const fused = fuseChannelAffine(program, blockedNodes(program, block));
  const { inputs, outputs } = fused;
  const inBlocks = blockedNodes(fused, block);
  const emitter = new Emitter();
  const values = new Values(emitter, block);
  for (const node of inputs) {
    values.set(node, 'plain', node.attrs.name);
    const value = own(stored, node.attrs.name);
    if (value !== undefined) storeValue(emitter, node, value);
  }
  for (const node of topologicalOrder(Object.values(outputs))) {
    if (values.has(node)) continue;
    if (inBlocks.has(node)) lowerBlocked(node, values);
    else {
      const form = precision === 'mixed' && isHalf(node) ? 'half' : 'plain';
      lowerPlain(node, form, values, { contrib, target, weightGrad });
    }
  }
  const names = new Map(Object.values(outputs).map((node) => [node, values.plain(node)]));
  nameOutputs(emitter, outputs, names);
  const remaining = inputs.filter((node) => own(stored, node.attrs.name) === undefined);
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: 'symloss',
    docString: options.documentation ?? '',
    opsetImport: [
      { domain: '', version: opsetVersion },
      ...Array.from(emitter.domains, (domain) => ({
        domain,
        version: domain === mlDomain ? mlVersion : 1n,
      })),
    ],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'symloss',
      node: emitter.nodes,
      initializer: emitter.initializers,
      valueInfo: emitter.declared,
      input: remaining.map((node) => describe(node.attrs.name, node, dynamic)),
      output: Object.entries(outputs).map(([name, node]) => describe(name, node, dynamic)),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** An entry, and not what every object has: columns may be called `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function lowerPlain(
  node: Expr,
  form: 'plain' | 'half',
  values: Values,
  options: LoweringOptions,
): void {
  const rule = loweringRules[node.op] as LoweringRule<Op>;
  const operands = node.inputs.map((x) => values[form](x)) as [string, string];
  values.set(node, form, rule(node, operands, values.emitter, options));
}

function storeValue(emitter: Emitter, { attrs }: Node<'input'>, value: Tensor): void {
  if (value.dtype !== attrs.dtype || !sameShape(value.shape, attrs.shape)) {
    throw new SymlossError(
      `value of ${attrs.name}`,
      `${attrs.dtype}${formatShape(attrs.shape)}`,
      `${value.dtype}${formatShape(value.shape)}`,
    );
  }
  emitter.initializer(attrs.name, value.dtype, value.shape, value.data);
}

/**
 * Gives outputs their names: the node that computes a value takes the output's name, unless the
 * value is an input, a constant or has a name already; those are copied.
 */
function nameOutputs(
  emitter: Emitter,
  outputs: Readonly<Record<string, Expr>>,
  names: ReadonlyMap<Expr, string>,
): void {
  const renamed = new Map<string, string>();
  const producers = new Set(emitter.nodes.flatMap((node) => node.output));
  for (const [output, expr] of Object.entries(outputs)) {
    const value = names.get(expr) as string;
    if (producers.has(value) && !renamed.has(value)) {
      renamed.set(value, output);
    } else {
      const copy = emitter.node('Identity', [renamed.get(value) ?? value]);
      renamed.set(copy, output);
    }
  }
  for (const node of emitter.nodes) {
    node.input = node.input.map((name) => renamed.get(name) ?? name);
    node.output = node.output.map((name) => renamed.get(name) ?? name);
  }
}

function describe(
  name: string,
  { dtype, shape }: Expr,
  dynamic: Readonly<Record<string, string>>,
): ValueInfoProto {
  return valueInfo(
    name,
    dtype,
    shape.map((size, axis) => (axis === 0 ? (own(dynamic, name) ?? size) : size)),
  );
}
