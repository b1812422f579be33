/** The same arrays as MATLAB saves them: version 5 (`-v6`, `-v7`) and version 7.3, which is HDF5. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import { simulatedRegionNames } from '../../../src/main/dataset/simulate/options.ts';
import type { SimulatedSubject } from '../../../src/main/dataset/simulate/subject.ts';
import { writeBigMatlab, type BigArray } from '../../../bench/big-files.ts';

/** Shape as MATLAB says it, values column by column. */
interface MatlabArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float64Array | Uint8Array;
}

export async function writeMatlab(folder: string, subject: SimulatedSubject): Promise<void> {
  const arrays = matlabArrays(subject);
  await writeBigMatlab(
    join(folder, 'S1.mat'),
    arrays.map(({ data, ...array }): BigArray => {
      const type = data instanceof Uint8Array ? 'uint8' : 'float64';
      return { ...array, type, parts: [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)] };
    }),
  );
  await writeVersion73(join(folder, 'S1_v73.mat'), arrays);
}

function matlabArrays({ trials, voxels, responses, stimuli, pixels, options }: SimulatedSubject): MatlabArray[] {
  const samples = trials.length;
  const side = options.imageSize;
  const perSample = (name: string, value: (trial: (typeof trials)[number]) => number): MatlabArray => ({
    name,
    shape: [samples, 1],
    data: Float64Array.from(trials, value),
  });
  return [
    {
      name: 'responses',
      shape: [samples, voxels.length],
      data: Float64Array.from({ length: responses.length }, (_, i) => {
        return responses[(i % samples) * voxels.length + Math.floor(i / samples)];
      }),
    },
    {
      // Height x width x colour x image, of which the first runs fastest.
      name: 'images',
      shape: [side, side, 3, stimuli.length],
      data: Uint8Array.from({ length: pixels.length }, (_, i) => {
        const [y, x, channel] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2) % 3];
        return pixels[((Math.floor(i / (side ** 2 * 3)) * side + y) * side + x) * 3 + channel];
      }),
    },
    perSample('image_index', ({ stimulus }) => stimulus + 1),
    perSample('run', ({ run }) => run + 1),
    perSample('session', ({ session }) => session + 1),
    perSample('set', ({ set }) => (set === 'train' ? 1 : 2)),
    ...simulatedRegionNames.map((region) => ({
      name: `roi_${region}`,
      shape: [1, voxels.length],
      data: Uint8Array.from(voxels, (voxel) => (voxel.region === region ? 1 : 0)),
    })),
  ];
}

const USER_BLOCK = 512;

/** HDF5 with axes turned round, behind a block that says it is MATLAB's. */
async function writeVersion73(path: string, arrays: readonly MatlabArray[]): Promise<void> {
  await ready;
  const file = new File(path, 'w');
  for (const { name, shape, data } of arrays) {
    const isBytes = data instanceof Uint8Array;
    const dataset = file.create_dataset({ name, data, shape: shape.toReversed(), dtype: isBytes ? '<B' : '<d' });
    dataset.create_attribute('MATLAB_class', isBytes ? 'uint8' : 'double');
  }
  file.close();
  const block = Buffer.alloc(USER_BLOCK);
  block.write('MATLAB 7.3 MAT-file, Platform: GLNXA64'.padEnd(124), 'latin1');
  block.set([0x00, 0x02, 0x49, 0x4d], 124);
  writeFileSync(path, Buffer.concat([block, readFileSync(path)]));
}
