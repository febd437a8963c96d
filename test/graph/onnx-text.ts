import { fromBinary } from '@bufbuild/protobuf';
import type { AttributeProto } from '../../src/graph/onnx/onnx_pb.ts';
import { AttributeProto_AttributeType, ModelProtoSchema } from '../../src/graph/onnx/onnx_pb.ts';

/** The nodes of an ONNX file as text, one a line: `y = Conv(x, w, group=1)`. */
export function onnxText(bytes: Uint8Array): string {
  const { graph } = fromBinary(ModelProtoSchema, bytes);
  return (graph?.node ?? [])
    .map(({ domain, opType, input, output, attribute }) => {
      const op = domain === '' ? opType : `${domain}.${opType}`;
      return `${output.join(', ')} = ${op}(${[...input, ...attribute.map(attributeText)].join(', ')})`;
    })
    .join('\n');
}

function attributeText({ name, type, i, f, s, g, ints }: AttributeProto): string {
  switch (type) {
    case AttributeProto_AttributeType.INT:
      return `${name}=${i}`;
    case AttributeProto_AttributeType.FLOAT:
      return `${name}=${f}`;
    case AttributeProto_AttributeType.STRING:
      return `${name}=${new TextDecoder().decode(s)}`;
    case AttributeProto_AttributeType.GRAPH:
      return `${name}={${g?.node.map(({ opType }) => opType).join(', ')}}`;
    default:
      return `${name}=[${ints.join(',')}]`;
  }
}
