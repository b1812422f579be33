/** Sessions of betas, trials, masks and stimuli, as the Natural Scenes Dataset names them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulatedRegionName } from '../../../src/main/dataset/simulate/options.ts';
import { resolveScanOptions } from '../../../src/main/dataset/simulate/scanner/scan-options.ts';
import { Scanner } from '../../../src/main/dataset/simulate/scanner/scanner.ts';
import type { SimulatedSubject } from '../../../src/main/dataset/simulate/subject.ts';
import { writeNiftiVolume } from '../../../src/main/dataset/volumes/nifti-writer.ts';
import { writeBigHdf5 } from '../../../bench/big-files.ts';

const SESSIONS = 2;
/** Percent signal change is stored times this. */
const SCALE = 300;
/** Labels of `prf-visualrois`: ventral and dorsal halves of V1 to V3, and hV4. */
const visualLabels = { V1: 1, V2: 3, V3: 5, V4: 7 } as const;
/** Of a participant's 10,000 images, those up to this number are shared by all. */
const SHARED = 1000;

export async function writeNsd(folder: string, subject: SimulatedSubject): Promise<void> {
  const { grid, cells } = new Scanner(subject, resolveScanOptions({}));
  const [x, y, z] = grid.size;
  const { trials, voxels, responses, stimuli, pixels, options } = subject;
  const perSession = trials.length / SESSIONS;
  const betas = function* (session: number): Generator<Uint8Array> {
    for (let trial = session * perSession; trial < (session + 1) * perSession; trial++) {
      const volume = new Int16Array(x * y * z);
      cells.forEach((cell, voxel) => (volume[cell] = Math.round(responses[trial * voxels.length + voxel] * SCALE)));
      yield new Uint8Array(volume.buffer);
    }
  };
  for (let session = 0; session < SESSIONS; session++) {
    await writeBigHdf5(join(folder, `betas_session0${session + 1}.hdf5`), [
      { name: 'betas', shape: [perSession, z, y, x], type: 'int16', parts: betas(session), rowsPerPart: 1 },
    ]);
  }
  const side = options.imageSize;
  await writeBigHdf5(join(folder, 'nsd_stimuli.hdf5'), [
    { name: 'imgBrick', shape: [stimuli.length, side, side, 3], type: 'uint8', parts: [pixels], rowsPerPart: stimuli.length },
  ]);

  const rows = trials.map(({ stimulus, run, set }, trial) => {
    const session = Math.floor(trial / perSession) + 1;
    const own = set === 'test' ? stimulus + 1 : SHARED + stimulus + 1;
    return [1, session, run + 1, (trial % perSession) + 1, stimulus + 1, own].join('\t');
  });
  writeFileSync(join(folder, 'responses.tsv'), `SUBJECT\tSESSION\tRUN\tTRIAL\t73KID\t10KID\n${rows.join('\n')}\n`);

  const volumeOf = (labelOf: (region: SimulatedRegionName) => number): Uint8Array => {
    const volume = new Uint8Array(x * y * z);
    cells.forEach((cell, voxel) => (volume[cell] = labelOf(voxels[voxel].region)));
    return volume;
  };
  const masks = {
    nsdgeneral: volumeOf(() => 1),
    'prf-visualrois': volumeOf((region) => (region in visualLabels ? visualLabels[region as keyof typeof visualLabels] : 0)),
    'floc-faces': volumeOf((region) => (region === 'FFA' ? 1 : 0)),
    'floc-places': volumeOf((region) => (region === 'PPA' ? 1 : 0)),
  };
  for (const [name, volume] of Object.entries(masks)) await writeNiftiVolume(join(folder, `${name}.nii.gz`), grid, volume);
}
