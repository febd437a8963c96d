import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { ModelProto, TensorProto } from '../../src/graph/onnx/onnx_pb.ts';
import {
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from '../../src/graph/onnx/onnx_pb.ts';
import type { ModelDescription } from '../../src/model/index.ts';

/** An ONNX file with something changed in it. */
export function changedOnnx(onnx: Uint8Array, change: (model: ModelProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, onnx);
  change(model);
  return toBinary(ModelProtoSchema, model);
}

/** A tensor whose numbers are in another file. */
export function tensorElsewhere(name = 'weights'): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: 1,
    dims: [1n],
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [{ key: 'location', value: '/etc/passwd' }],
  });
}

/** Writes both files with the hash that they must have. */
export function writeModel(folder: string, onnx: Uint8Array, card: ModelDescription): void {
  const sha256 = createHash('sha256').update(onnx).digest('hex');
  writeFileSync(join(folder, 'model.onnx'), onnx);
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...card, sha256 }));
}
