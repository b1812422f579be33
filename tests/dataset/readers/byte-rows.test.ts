import { describe, expect, it } from 'vitest';
import { cutIntoRows } from '../../../src/main/dataset/readers/byte-rows.ts';

/** Bytes 0, 1, 2, ... in pieces of a size that divides no row. */
function* pieces(length: number, size: number): Generator<Uint8Array> {
  for (let at = 0; at < length; at += size) {
    yield Uint8Array.from({ length: Math.min(size, length - at) }, (_, i) => (at + i) % 251);
  }
}

async function rowsOf(
  length: number,
  size: number,
  cut: Parameters<typeof cutIntoRows>[1],
): Promise<Map<number, number[]>> {
  const rows = new Map<number, number[]>();
  for await (const block of cutIntoRows(pieces(length, size), cut)) {
    for (let row = 0; row < block.rows; row++) {
      rows.set(block.first + row, [...block.bytes.subarray(row * cut.rowBytes, (row + 1) * cut.rowBytes)]);
    }
  }
  return rows;
}

const expected = (skip: number, rowBytes: number, row: number) =>
  Array.from({ length: rowBytes }, (_, i) => (skip + row * rowBytes + i) % 251);

describe('bytes in pieces', () => {
  it.each([
    [1, 3],
    [7, 5],
    [64, 1000],
    [5, 100_000],
  ])('give whole rows whatever the size of the pieces (rows of %d bytes, pieces of %d)', async (rowBytes, size) => {
    const rows = 40;
    const found = await rowsOf(13 + rows * rowBytes + 4, size, { skip: 13, rowBytes, rows });
    expect([...found.keys()]).toEqual(Array.from({ length: rows }, (_, row) => row));
    for (const [row, bytes] of found) expect(bytes).toEqual(expected(13, rowBytes, row));
  });

  it('come in several blocks when they are many, each with its place', async () => {
    const rowBytes = 1 << 15;
    const firsts: number[] = [];
    for await (const { first, rows, bytes } of cutIntoRows(pieces(20 * rowBytes, 777_777), {
      skip: 0,
      rowBytes,
      rows: 20,
    })) {
      firsts.push(first);
      expect(bytes.length).toBe(rows * rowBytes);
      expect(bytes[0]).toBe((first * rowBytes) % 251);
    }
    expect(firsts).toEqual([0, 8, 16]);
  });

  it('give only the rows that were asked for, and leave out a row that is cut off', async () => {
    const found = await rowsOf(1000, 9, { skip: 2, rowBytes: 10, rows: 50, range: { from: 3, to: 5 } });
    expect([...found]).toEqual([3, 4].map((row) => [row, expected(2, 10, row)]));
    expect((await rowsOf(25, 9, { skip: 0, rowBytes: 10, rows: 3 })).size).toBe(0);
  });
});
