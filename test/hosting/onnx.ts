import protobuf from 'protobufjs';

/** As much of onnx.proto as small models need. */
const SCHEMA = `syntax = "proto3";
message ModelProto { int64 ir_version = 1; string producer_name = 2; GraphProto graph = 7; repeated Opset opset_import = 8; }
message Opset { string domain = 1; int64 version = 2; }
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfo input = 11; repeated ValueInfo output = 12;
}
message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated Attribute attribute = 5; }
message Attribute { string name = 1; int64 i = 3; repeated int64 ints = 8; int32 type = 20; TensorProto t = 5; GraphProto g = 6; }
message Entry { string key = 1; string value = 2; }
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; repeated Entry external_data = 13; int32 data_location = 14; }
message ValueInfo { string name = 1; TypeProto type = 2; }
message TypeProto { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dim dim = 1; }
message Dim { oneof value { int64 dim_value = 1; string dim_param = 2; } }`;

const Model = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('ModelProto');

const FLOAT = 1;
const INT64 = 7;

export interface ValueSpec {
  name: string;
  /** A name is a size that is not fixed. */
  dims: (number | string)[];
  type?: 'float32' | 'int64' | 'uint8';
}

export interface TensorSpec {
  name: string;
  dims: number[];
  data: Float32Array | BigInt64Array;
  /** Says that the numbers are in this file instead. */
  external?: string;
}

export interface NodeSpec {
  op: string;
  inputs: string[];
  outputs: string[];
  /** A number is an INT, a list is INTS. */
  attributes?: Record<string, number | number[]>;
}

export interface ModelSpec {
  inputs: ValueSpec[];
  outputs: ValueSpec[];
  tensors: TensorSpec[];
  nodes: NodeSpec[];
}

const TYPES = { float32: FLOAT, int64: INT64, uint8: 2 } as const;

const value = ({ name, dims, type = 'float32' }: ValueSpec) => ({
  name,
  type: {
    tensor_type: {
      elem_type: TYPES[type],
      shape: { dim: dims.map((dim) => (typeof dim === 'string' ? { dim_param: dim } : { dim_value: dim })) },
    },
  },
});

const tensor = ({ name, dims, data, external }: TensorSpec) => ({
  name,
  dims,
  data_type: data instanceof Float32Array ? FLOAT : INT64,
  ...(external === undefined
    ? { raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
    : { external_data: [{ key: 'location', value: external }], data_location: 1 }),
});

/** An ONNX file. */
export function onnxModel({ inputs, outputs, tensors, nodes }: ModelSpec): Buffer {
  const model = {
    ir_version: 8,
    producer_name: 'tests',
    opset_import: [{ domain: '', version: 17 }],
    graph: {
      name: 'graph',
      input: inputs.map(value),
      output: outputs.map(value),
      initializer: tensors.map(tensor),
      node: nodes.map(({ op, inputs: input, outputs: output, attributes = {} }, at) => ({
        ...{ op_type: op, name: `${op}-${at}`, input, output },
        attribute: Object.entries(attributes).map(([name, given]) =>
          Array.isArray(given) ? { name, ints: given, type: 7 } : { name, i: given, type: 2 },
        ),
      })),
    },
  };
  return Buffer.from(Model.encode(Model.fromObject(model)).finish());
}
