/** Arrays of NumPy, and tables, each with a folder of pictures. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNpy, writeNpz, type OutgoingArray } from '../../../src/main/dataset/simulate/npz-writer.ts';
import { simulatedRegionNames } from '../../../src/main/dataset/simulate/options.ts';
import type { SimulatedSubject } from '../../../src/main/dataset/simulate/subject.ts';
import { writePictures } from '../../../src/main/dataset/simulate/write-pictures.ts';

/** An archive, and the same responses as single arrays. */
export async function writeNumpy(folder: string, subject: SimulatedSubject): Promise<void> {
  const { trials, voxels, stimuli, responses } = subject;
  const perSample = [trials.length];
  const arrays: Record<string, OutgoingArray> = {
    responses: { shape: [trials.length, voxels.length], data: responses },
    stimulus: { shape: perSample, data: trials.map(({ stimulus }) => `${stimuli[stimulus].name}.png`) },
    category: { shape: perSample, data: trials.map(({ stimulus }) => stimuli[stimulus].category) },
    run: { shape: perSample, data: Int32Array.from(trials, ({ run }) => run + 1) },
    session: { shape: perSample, data: Int32Array.from(trials, ({ session }) => session + 1) },
    set: { shape: perSample, data: trials.map(({ set }) => set) },
    positions: { shape: [voxels.length, 3], data: Float32Array.from(voxels.flatMap(({ position }) => [...position])) },
  };
  for (const region of simulatedRegionNames) {
    const data = Uint8Array.from(voxels, (voxel) => (voxel.region === region ? 1 : 0));
    arrays[region] = { shape: [voxels.length], data, boolean: true };
  }
  writeNpz(join(folder, 'S1.npz'), arrays);
  for (const name of ['responses', 'stimulus', 'set', 'V1', 'V2']) {
    writeFileSync(join(folder, `${name}.npy`), Buffer.concat(encodeNpy(arrays[name])));
  }
  await writePictures(join(folder, 'stimuli'), subject, {});
}

/** Numbers without names, a line per trial, and a line per voxel. */
export async function writeTables(folder: string, subject: SimulatedSubject): Promise<void> {
  const { trials, voxels, stimuli, responses } = subject;
  const save = (name: string, rows: readonly (readonly (string | number)[])[]): void => {
    writeFileSync(join(folder, name), rows.map((row) => `${row.join(',')}\n`).join(''));
  };
  save(
    'responses.csv',
    trials.map((_, sample) =>
      Array.from(responses.subarray(sample * voxels.length, (sample + 1) * voxels.length), (value) => value.toFixed(4)),
    ),
  );
  save('trials.csv', [
    ['image_file', 'category', 'run', 'session', 'set'],
    ...trials.map(({ stimulus, run, session, set }) => {
      const { name, category } = stimuli[stimulus];
      return [`${name}.png`, category, run + 1, session + 1, set];
    }),
  ]);
  save('voxels.csv', [
    ['roi', 'x', 'y', 'z'],
    ...voxels.map(({ region, position }) => [region, ...position.map((value) => value.toFixed(1))]),
  ]);
  await writePictures(join(folder, 'stimuli'), subject, {});
}
