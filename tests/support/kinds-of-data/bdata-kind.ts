/** BData as Generic Object Decoding ships it: HDF5, one or several, the old .mat, and images by their names in ImageNet. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePngPixels } from '../../../src/main/dataset/image-set.ts';
import type { SimulatedSubject } from '../../../src/main/dataset/simulate/subject.ts';
import { godLikeLabels, godLikeStimulus, writeGodLike } from '../god-like.ts';
import { pictureOf } from './picture-of.ts';

const oldFile = fileURLToPath(new URL('../../dataset/import/fixtures/old-bdata.mat', import.meta.url));
const SAMPLES = 60;

export async function writeBData(folder: string, subject: SimulatedSubject): Promise<void> {
  await writeGodLike(join(folder, 'Subject1.h5'), { samples: SAMPLES, voxels: subject.voxels.length });
  for (const [index, part] of ['Training', 'Test'].entries()) {
    const path = join(folder, `sub-01_NaturalImage${part}_VC.h5`);
    await writeGodLike(path, { samples: 20, voxels: subject.voxels.length, seed: index + 2 });
  }
  copyFileSync(oldFile, join(folder, 'Subject2.mat'));
  mkdirSync(join(folder, 'images'));
  const shown = Array.from({ length: SAMPLES }, (_, sample) => sample).filter(
    (sample) => godLikeLabels(sample).DataType < 3,
  );
  for (const [index, name] of [...new Set(shown.map(godLikeStimulus))].entries()) {
    writeFileSync(join(folder, 'images', `${name}.png`), encodePngPixels(pictureOf(subject, index)));
  }
}
