import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { encodeNpy, encodeStoredZip, writeNpz } from '../../../src/main/dataset/simulate/npz-writer.ts';

const joined = (parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

describe('NumPy arrays out', () => {
  it('have the header that the format asks for, aligned to 64 bytes', () => {
    const [header] = encodeNpy({ shape: [2, 3], data: new Float32Array(6) });
    expect([...header.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
    expect(header.length % 64).toBe(0);
    expect(Buffer.from(header).toString('latin1', 10).trimEnd()).toBe(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
    );
    expect(header[header.length - 1]).toBe(10);
    const [one] = encodeNpy({ shape: [4], data: new Int32Array(4) });
    expect(Buffer.from(one).toString('latin1')).toContain("'<i4', 'fortran_order': False, 'shape': (4,)");
  });

  it('hold strings as fixed-width Unicode, outside of the basic plane too', () => {
    const parts = encodeNpy({ shape: [2], data: ['ab', '𝛼'] });
    expect(joined(parts.slice(0, 1)).toString('latin1')).toContain("'<U2'");
    expect([...new Uint32Array(Uint8Array.from(parts[1]).buffer)]).toEqual([97, 98, 0x1d6fc, 0]);
  });

  it('make an archive that unzips to the same arrays', () => {
    const folder = mkdtempSync(join(tmpdir(), 'npz-'));
    try {
      const values = Float32Array.from([1.5, -2, 3e-9]);
      writeNpz(join(folder, 'a.npz'), {
        values: { shape: [3], data: values },
        mask: { shape: [2], data: Uint8Array.of(1, 0), boolean: true },
      });
      const files = unzipSync(readFileSync(join(folder, 'a.npz')));
      expect(Object.keys(files)).toEqual(['values.npy', 'mask.npy']);
      expect(Buffer.from(files['values.npy'])).toEqual(joined(encodeNpy({ shape: [3], data: values })));
      expect(Buffer.from(files['mask.npy']).toString('latin1')).toContain("'|b1'");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuse a shape that does not fit the values', () => {
    expect(() => encodeNpy({ shape: [2, 2], data: new Float32Array(3) })).toThrow(/\[2, 2\]/);
  });

  it('give the same bytes each time', () => {
    const zip = (): Buffer => joined(encodeStoredZip([{ name: 'x', parts: [Buffer.from('abc'), Buffer.from('def')] }]));
    expect(zip()).toEqual(zip());
  });
});
