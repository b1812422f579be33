/**
 * TensorFlow graphs as protobuf messages: `graph.proto`, `node_def.proto`, `attr_value.proto`, `tensor.proto` and
 * `saved_model.proto` of tensorflow/core, as far as graphs of recorded steps need them.
 */
import { ProtobufMessage } from './protobuf-writer.ts';

/** A `DataType` of TensorFlow's `types.proto`. */
export type DataType = number;
export const FLOAT: DataType = 1;
export const INT32: DataType = 3;
export const STRING: DataType = 7;
export const BFLOAT16: DataType = 14;
export const RESOURCE: DataType = 20;
export const VARIANT: DataType = 21;

export interface ConstantValue {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** Little-endian values, or the values of a tensor of strings. */
  readonly content: Uint8Array | readonly Uint8Array[];
}

export type AttributeValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'integers'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'booleans'; readonly value: readonly boolean[] }
  | { readonly kind: 'type'; readonly value: DataType }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: ConstantValue };

export type Attributes = Readonly<Record<string, AttributeValue>>;

export const attribute = {
  type: (value: DataType): AttributeValue => ({ kind: 'type', value }),
  shape: (value: readonly number[]): AttributeValue => ({ kind: 'shape', value }),
  string: (value: string): AttributeValue => ({ kind: 'string', value }),
  tensor: (value: ConstantValue): AttributeValue => ({ kind: 'tensor', value }),
} as const;

/**
 * The graph version written into every graph. It tells TensorFlow which historic meanings of operations to apply: none.
 */
const PRODUCER = 1882;
const SAVED_MODEL_SCHEMA = 1;

/** Collects the nodes of one graph. */
export class GraphBuilder {
  readonly #graph = new ProtobufMessage();
  #nodes = 0;

  get nodes(): number {
    return this.#nodes;
  }

  /**
   * @param inputs - `node`, `node:output` or, for an order without data, `^node`; the latter come last
   * @returns the name
   */
  add(name: string, operation: string, inputs: readonly string[], attributes: Attributes): string {
    const node = new ProtobufMessage().text(1, name).text(2, operation);
    for (const input of inputs) node.text(3, input);
    for (const [key, value] of Object.entries(attributes)) {
      node.message(5, new ProtobufMessage().text(1, key).message(2, attributeMessage(value)));
    }
    this.#graph.message(1, node);
    this.#nodes++;
    return name;
  }

  /** The bytes of a `saved_model.pb` with this graph under a tag. */
  savedModel(tag: string): Uint8Array {
    const graph = this.#graph.message(4, new ProtobufMessage().integer(1, PRODUCER));
    const metaGraph = new ProtobufMessage().message(1, new ProtobufMessage().text(4, tag)).message(2, graph);
    return new ProtobufMessage().integer(1, SAVED_MODEL_SCHEMA).message(2, metaGraph).finish();
  }
}

function attributeMessage(attributeValue: AttributeValue): ProtobufMessage {
  const message = new ProtobufMessage();
  const { kind, value } = attributeValue;
  switch (kind) {
    case 'string':
      return message.text(2, value);
    case 'integer':
      return message.integer(3, value);
    case 'float':
      return message.float(4, value);
    case 'boolean':
      return message.integer(5, value);
    case 'type':
      return message.integer(6, value);
    case 'shape':
      return message.message(7, shapeMessage(value));
    case 'tensor':
      return message.message(8, tensorMessage(value));
    case 'integers':
      return message.message(1, new ProtobufMessage().integers(3, value));
    case 'floats':
      return message.message(1, new ProtobufMessage().floats(4, value));
    case 'booleans':
      return message.message(1, new ProtobufMessage().integers(5, value));
  }
}

function shapeMessage(shape: readonly number[]): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const length of shape) message.message(2, new ProtobufMessage().integer(1, length));
  return message;
}

function tensorMessage({ dtype, shape, content }: ConstantValue): ProtobufMessage {
  const message = new ProtobufMessage().integer(1, dtype).message(2, shapeMessage(shape));
  if (content instanceof Uint8Array) return message.bytes(4, content);
  for (const text of content) message.bytes(8, text);
  return message;
}
