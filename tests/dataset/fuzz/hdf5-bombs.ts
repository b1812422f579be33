/** Small HDF5 files that claim, or unfold to, a great deal. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';

/** Chunks that were never written, chunks of nothing but zeros, and a name for every byte. */
export async function hdf5Bombs(): Promise<Uint8Array[]> {
  await ready;
  return [
    written((file) => {
      const dataset = file.create_dataset({ name: 'huge', data: new Float64Array(4), shape: [2, 2], maxshape: [null, null], chunks: [2, 2], dtype: '<d' });
      dataset.resize([2_000_000_000, 2_000_000_000]);
    }),
    written((file) => {
      const dataset = file.create_dataset({ name: 'wide', data: new Float64Array(4), shape: [2, 2], maxshape: [null, null], chunks: [2, 2], dtype: '<d' });
      dataset.resize([2, 12_000_000]);
    }),
    written((file) => {
      file.create_dataset({ name: 'zeros', data: new Float32Array(1 << 22), shape: [1 << 11, 1 << 11], chunks: [1 << 11, 1 << 11], compression: 9, dtype: '<f' });
    }),
    written((file) => {
      for (let i = 0; i < 400; i++) file.create_group(`group${i}`);
    }),
  ];
}

function written(fill: (file: File) => void): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'cortext-fuzz-'));
  try {
    const path = join(folder, 'file.h5');
    const file = new File(path, 'w');
    fill(file);
    file.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
