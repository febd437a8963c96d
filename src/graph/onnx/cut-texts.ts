import { create, toBinary } from '@bufbuild/protobuf';
import { SymlossError } from '../../core/index.ts';
import type { OpAttrs, StringOp, TermTable } from '../op.ts';
import { input } from '../ops.ts';
import { characterPattern } from '../strings/characters.ts';
import { categoryIndex, termCounts } from '../strings/ops.ts';
import { countsOf } from '../strings/table.ts';
import type { GraphProto, NodeProto } from './onnx_pb.ts';
import { ModelProtoSchema, NodeProtoSchema } from './onnx_pb.ts';
import { readOnnx } from './read.ts';
import { onnxTypes, valueInfo } from './value-info.ts';

/** An operation on texts and its attributes. */
export type TextOperation = { [O in StringOp]: { readonly op: O } & OpAttrs[O] }[StringOp];

/**
 * A model that `toOnnx` wrote, without its operations on texts: each input of texts becomes one of numbers, under the same
 * name, that takes what its operation gave: float32 [n], or [n, terms].
 * @param bytes of a model in which each input of texts goes to one operation
 * @param where the file, as messages name it
 * @param documentation of the new model
 * @returns its bytes, and by input the operation that is no longer in it
 * @throws SymlossError (failure) for other models
 */
export function cutTexts(
  bytes: Uint8Array,
  where: string,
  documentation: string,
): { onnx: Uint8Array; operations: Map<string, TextOperation> } {
  const { graph, ...model } = readOnnx(bytes, where);
  const operations = new Map<string, TextOperation>();
  const cut = new Map<NodeProto, NodeProto | undefined>();
  const inputs = graph.input.map((own) => {
    const { name } = own;
    const type = own.type?.value.case === 'tensorType' ? own.type.value.value : undefined;
    if (type?.elemType !== onnxTypes.string) return own;
    const nodes = operationOn(graph, name);
    const last = nodes.at(-1);
    const operation = attributesOf(nodes, name);
    if (last === undefined || operation === undefined) throw foreign(where, name);
    operations.set(name, operation);
    const taken = { opType: 'Identity', name: last.name, input: [name], output: last.output };
    for (const node of nodes) {
      cut.set(node, node === last ? create(NodeProtoSchema, taken) : undefined);
    }
    const size = type.shape?.dim[0]?.value;
    const n = size?.case === 'dimValue' ? Number(size.value) : size?.value;
    return valueInfo(
      name,
      'float32',
      operation.op === 'termCounts' ? [n, countsOf(operation)] : [n],
    );
  });
  const node = graph.node.flatMap((own) => (cut.has(own) ? (cut.get(own) ?? []) : own));
  const used = new Set(node.flatMap((own) => own.input));
  const domains = new Set(['', ...node.map(({ domain }) => domain)]);
  const onnx = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      ...model,
      docString: documentation,
      opsetImport: model.opsetImport.filter(({ domain }) => domains.has(domain)),
      graph: {
        ...graph,
        input: inputs,
        node,
        initializer: graph.initializer.filter(({ name }) => used.has(name)),
      },
    }),
  );
  return { onnx, operations };
}

/** The nodes of the operation on a text, which follow each other: one, or from `Concat` to `Slice`. See `strings.ts`. */
function operationOn(graph: GraphProto, text: string): NodeProto[] {
  const nodes: NodeProto[] = [];
  for (let value = text; nodes.length < 4; ) {
    const consumers = graph.node.filter((node) => node.input.includes(value));
    const [node] = consumers;
    if (node === undefined || consumers.length > 1) return [];
    nodes.push(node);
    if (node.opType === 'LabelEncoder' || node.opType === 'Slice') return nodes;
    value = node.output[0] ?? '';
  }
  return [];
}

/** The inverse of `stringLowering`; nothing where these are other nodes. */
function attributesOf(nodes: readonly NodeProto[], name: string): TextOperation | undefined {
  const x = input(name, [1], 'string');
  try {
    const [encoder] = nodes;
    if (encoder?.opType === 'LabelEncoder') {
      const values = stringsOf(encoder, 'keys_strings');
      return { op: 'categoryIndex', ...categoryIndex(x, values).attrs };
    }
    const body = nodes.find(({ opType }) => opType === 'Scan')?.attribute[0]?.g?.node ?? [];
    const { words = noTerms, characters } = tablesOf(body);
    const attributes = { ...words, ...(characters && { characters }) };
    return { op: 'termCounts', ...termCounts(x, attributes).attrs };
  } catch (cause) {
    if (cause instanceof SymlossError) return undefined; // attributes that no operation has
    throw cause;
  }
}

const noTerms: TermTable = { forms: [], ids: [], terms: [] };

/** The terms of words and of characters: for each a `Tokenizer`, a `LabelEncoder` and a `TfIdfVectorizer`, in this order. */
function tablesOf(body: readonly NodeProto[]): { words?: TermTable; characters?: TermTable } {
  const all = (opType: string) => body.filter((node) => node.opType === opType);
  const [encoders, vectorizers] = [all('LabelEncoder'), all('TfIdfVectorizer')];
  return Object.fromEntries(
    all('Tokenizer').map((tokenizer, i) => [
      stringOf(tokenizer, 'tokenexp') === characterPattern ? 'characters' : 'words',
      tableOf(encoders[i], vectorizers[i]),
    ]),
  );
}

function tableOf(encoder: NodeProto | undefined, vectorizer: NodeProto | undefined): TermTable {
  if (encoder === undefined || vectorizer === undefined) return noTerms;
  return {
    forms: stringsOf(encoder, 'keys_strings'),
    ids: integersOf(encoder, 'values_int64s'),
    terms: termsOf(vectorizer),
  };
}

/** The pool has the shortest terms first; `ngram_indexes` says which column each counts in. */
function termsOf(vectorizer: NodeProto): number[][] {
  const pool = integersOf(vectorizer, 'pool_int64s');
  const columns = integersOf(vectorizer, 'ngram_indexes');
  const starts = integersOf(vectorizer, 'ngram_counts');
  const terms = columns.map((): number[] => []); // a column that comes twice leaves one empty, which is refused
  let [at, size] = [0, 0];
  for (const column of columns) {
    while ((starts[size] ?? pool.length) <= at) size++;
    if (terms[column] !== undefined) terms[column] = pool.slice(at, at + size);
    at += size;
  }
  return terms;
}

const utf8 = new TextDecoder();

function stringsOf({ attribute }: NodeProto, wanted: string): string[] {
  const found = attribute.find(({ name }) => name === wanted);
  return found?.strings.map((bytes) => utf8.decode(bytes)) ?? [];
}

function stringOf({ attribute }: NodeProto, wanted: string): string {
  return utf8.decode(attribute.find(({ name }) => name === wanted)?.s);
}

function integersOf({ attribute }: NodeProto, wanted: string): number[] {
  return attribute.find(({ name }) => name === wanted)?.ints.map(Number) ?? [];
}

function foreign(where: string, name: string): SymlossError {
  return new SymlossError(
    `${where}, input ${name}`,
    'an input that goes to an operation on texts of symloss',
    'another',
    { hint: 'give the model.onnx that training wrote', kind: 'failure' },
  );
}
