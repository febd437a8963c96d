import { create } from '@bufbuild/protobuf';
import type { DType } from '../../core/index.ts';
import type { ValueInfoProto } from './onnx_pb.ts';
import { TensorProto_DataType, ValueInfoProtoSchema } from './onnx_pb.ts';

export const onnxTypes: { readonly [D in DType]: TensorProto_DataType } = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
  string: TensorProto_DataType.STRING,
};

/**
 * What an ONNX graph says of a value.
 * @param sizes of its axes: a name for one of any size, `undefined` for one that is not known
 */
export function valueInfo(
  name: string,
  dtype: DType,
  sizes: readonly (number | string | undefined)[],
): ValueInfoProto {
  const dim = sizes.map((size) => {
    if (size === undefined) return {};
    return typeof size === 'string'
      ? { value: { case: 'dimParam' as const, value: size } }
      : { value: { case: 'dimValue' as const, value: BigInt(size) } };
  });
  const value = { elemType: onnxTypes[dtype], shape: { dim } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value } } });
}
