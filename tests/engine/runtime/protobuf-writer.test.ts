import { describe, expect, it } from 'vitest';
import { attribute, GraphBuilder } from '../../../src/main/engine/runtime/graph-def.ts';
import { ProtobufMessage } from '../../../src/main/engine/runtime/protobuf-writer.ts';

const hex = (message: ProtobufMessage): string => Buffer.from(message.finish()).toString('hex');

/** Fields of a message, read back by the rules of the wire format: a second, independent implementation. */
function fieldsOf(bytes: Uint8Array): { field: number; value: bigint | Uint8Array }[] {
  const fields: { field: number; value: bigint | Uint8Array }[] = [];
  let offset = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[offset++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (offset < bytes.length) {
    const tag = Number(varint());
    const take = (length: number): Uint8Array => bytes.subarray(offset, (offset += length));
    const value = (tag & 7) === 0 ? varint() : take((tag & 7) === 5 ? 4 : Number(varint()));
    fields.push({ field: tag >> 3, value });
  }
  return fields;
}

describe('ProtobufMessage', () => {
  // The examples of the format's own documentation.
  it('writes integers and texts as the specification does', () => {
    expect(hex(new ProtobufMessage().integer(1, 150))).toBe('089601');
    expect(hex(new ProtobufMessage().text(2, 'testing'))).toBe('120774657374696e67');
    expect(hex(new ProtobufMessage().message(3, new ProtobufMessage().integer(1, 150)))).toBe('1a03089601');
    expect(hex(new ProtobufMessage().integers(6, [3, 270, 86942]))).toBe('3206038e029ea705');
  });

  it('writes negative and large integers as 64 bit', () => {
    expect(hex(new ProtobufMessage().integer(1, -1))).toBe('08ffffffffffffffffff01');
    expect(hex(new ProtobufMessage().integer(1, 2 ** 40))).toBe('08808080808020');
    expect(hex(new ProtobufMessage().integer(16, true))).toBe('800101');
  });

  it('writes floats little-endian', () => {
    expect(hex(new ProtobufMessage().float(4, 1.5))).toBe('250000c03f');
    expect(hex(new ProtobufMessage().floats(4, [1, -2]))).toBe('22080000803f000000c0');
  });

  it('nests messages whose length takes more than one byte', () => {
    const long = new ProtobufMessage().bytes(1, new Uint8Array(300));
    const [outer] = fieldsOf(new ProtobufMessage().message(2, long).finish());
    expect(outer.field).toBe(2);
    expect(outer.value).toEqual(long.finish());
  });
});

describe('GraphBuilder', () => {
  it('writes every type of attribute into its field', () => {
    const builder = new GraphBuilder();
    builder.add('node', 'Operation', ['input:1', '^before'], {
      text: attribute.string('SAME'),
      integer: { kind: 'integer', value: -3 },
      integers: { kind: 'integers', value: [1, 2, 2, 1] },
      float: { kind: 'float', value: 0.5 },
      floats: { kind: 'floats', value: [0.5, 1] },
      boolean: { kind: 'boolean', value: true },
      booleans: { kind: 'booleans', value: [true, false] },
      type: attribute.type(1),
      shape: attribute.shape([2, -1]),
      tensor: attribute.tensor({ dtype: 1, shape: [1], content: Uint8Array.of(0, 0, 128, 63) }),
    });
    const bytesAt = (bytes: Uint8Array, field: number): Uint8Array => {
      const found = fieldsOf(bytes).find((entry) => entry.field === field)?.value;
      return found instanceof Uint8Array ? found : new Uint8Array(0);
    };
    const node = bytesAt(bytesAt(bytesAt(builder.savedModel('serve'), 2), 2), 1);
    const text = (bytes: bigint | Uint8Array) => Buffer.from(bytes as Uint8Array).toString();
    expect(
      fieldsOf(node)
        .filter(({ field }) => field <= 3)
        .map(({ value }) => text(value)),
    ).toEqual(['node', 'Operation', 'input:1', '^before']);
    const attributes = fieldsOf(node)
      .filter(({ field }) => field === 5)
      .map(({ value }) => {
        const [key, entry] = fieldsOf(value as Uint8Array);
        return [text(key.value), Buffer.from(entry.value as Uint8Array).toString('hex')];
      });
    expect(Object.fromEntries(attributes)).toEqual({
      text: '120453414d45',
      integer: '18fdffffffffffffffff01',
      integers: '0a061a0401020201',
      float: '250000003f',
      floats: '0a0a22080000003f0000803f',
      boolean: '2801',
      booleans: '0a042a020100',
      type: '3001',
      shape: '3a1112020802120b08ffffffffffffffffff01',
      tensor: '420e08011204120208012204' + '0000803f',
    });
  });
});
