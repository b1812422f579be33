import { randomBytes } from 'node:crypto';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflatePieces } from '../../../src/main/dataset/readers/inflate-pieces.ts';

/** Hardly compressible, then well compressible: parts that give less, and much more, than a piece. */
const plain = Buffer.concat([randomBytes(3_000_000), Buffer.alloc(5_000_000, 'voxel '), randomBytes(123_457)]);

/** All parts in the same memory, as a file is read. */
function* parts(bytes: Uint8Array, size = 300_000): Generator<Uint8Array> {
  const memory = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    memory.set(part);
    yield memory.subarray(0, part.length);
  }
}

describe('inflating piece by piece', () => {
  it.each([
    ['zlib', deflateSync(plain)],
    ['gzip', gzipSync(plain)],
    ['raw', deflateRawSync(plain)],
  ] as const)('%s gives all bytes in order, and the memory of each piece back', async (kind, deflated) => {
    const whole = Buffer.alloc(plain.length);
    const memory = new Set<ArrayBufferLike>();
    let at = 0;
    for await (const piece of inflatePieces(parts(deflated), kind)) {
      expect(piece.length).toBeLessThanOrEqual(1 << 18);
      whole.set(piece, at);
      at += piece.length;
      memory.add(piece.buffer);
    }
    expect(at).toBe(plain.length);
    expect(whole.equals(plain)).toBe(true);
    const held = [...memory].filter((buffer) => buffer.byteLength > 0);
    // The last piece did not fill its memory.
    expect(held.length).toBeLessThanOrEqual(1);
  });

  it('passes on what goes wrong while the compressed bytes are read', async () => {
    function* failing(): Generator<Uint8Array> {
      yield* parts(deflateSync(plain).subarray(0, 700_000));
      throw new Error('the disk is gone');
    }
    const reading = async (): Promise<void> => {
      for await (const piece of inflatePieces(failing(), 'zlib')) expect(piece.length).toBeGreaterThan(0);
    };
    await expect(reading()).rejects.toThrow('the disk is gone');
  });

  it('ends with the data, whatever follows them', async () => {
    const followed = Buffer.concat([gzipSync(Buffer.from('all')), Buffer.alloc(500_000)]);
    const pieces: string[] = [];
    for await (const piece of inflatePieces(parts(followed), 'gzip')) pieces.push(Buffer.from(piece).toString());
    expect(pieces.join('')).toBe('all');
  });
});
