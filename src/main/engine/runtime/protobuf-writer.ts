/**
 * Writes messages in protobuf's wire format (https://protobuf.dev/programming-guides/encoding).
 *
 * Nothing is copied while messages are nested; one copy is made when the outermost one is finished.
 */

const WIRE_VARINT = 0;
const WIRE_LENGTH_DELIMITED = 2;
const WIRE_FIXED32 = 5;

export class ProtobufMessage {
  readonly #parts: (Uint8Array | ProtobufMessage)[] = [];
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  /** An int32, int64, enum or bool field; negative numbers take ten bytes, as the format wants. */
  integer(field: number, value: number | boolean): this {
    return this.#tag(field, WIRE_VARINT).#append(varint(Number(value)));
  }

  float(field: number, value: number): this {
    return this.#tag(field, WIRE_FIXED32).#append(floatBytes([value]));
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  /** The bytes are not copied before the message is finished. */
  bytes(field: number, value: Uint8Array): this {
    return this.#tag(field, WIRE_LENGTH_DELIMITED).#append(varint(value.byteLength)).#append(value);
  }

  /** Takes the message as it is now: adding to it later would make its length wrong. */
  message(field: number, value: ProtobufMessage): this {
    return this.#tag(field, WIRE_LENGTH_DELIMITED).#append(varint(value.byteLength)).#append(value);
  }

  /** A packed repeated int32, int64, enum or bool field. */
  integers(field: number, values: readonly (number | boolean)[]): this {
    return this.bytes(field, Buffer.concat(values.map((value) => varint(Number(value)))));
  }

  /** A packed repeated float field. */
  floats(field: number, values: readonly number[]): this {
    return this.bytes(field, floatBytes(values));
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#byteLength);
    this.#writeTo(bytes, 0);
    return bytes;
  }

  #writeTo(target: Uint8Array, start: number): number {
    let offset = start;
    for (const part of this.#parts) {
      if (part instanceof ProtobufMessage) {
        offset = part.#writeTo(target, offset);
      } else {
        target.set(part, offset);
        offset += part.byteLength;
      }
    }
    return offset;
  }

  #tag(field: number, wireType: number): this {
    return this.#append(varint(field * 8 + wireType));
  }

  #append(part: Uint8Array | ProtobufMessage): this {
    this.#parts.push(part);
    this.#byteLength += part.byteLength;
    return this;
  }
}

/** Seven bits per byte, lowest first; the top bit says that more follow. */
function varint(value: number): Uint8Array {
  if (value >= 0 && value < 128) return Uint8Array.of(value);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function floatBytes(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeFloatLE(value, 4 * i));
  return bytes;
}
