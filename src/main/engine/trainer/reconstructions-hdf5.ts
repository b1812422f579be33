/** Reconstructions as numbers: one HDF5 file that MATLAB, Python and R read. */
import * as hdf5 from 'h5wasm/node';
import { CortextError } from '../../../shared/errors.ts';
import type { ImageSet } from '../../dataset/image-set.ts';
import { fillFileAtomic } from '../../files/atomic.ts';

export interface ReconstructionArrays {
  readonly stimuli: ImageSet;
  readonly names: readonly string[];
  readonly methods: Readonly<Record<string, ImageSet>>;
}

/**
 * Writes `/stimuli`, `/names` and `/reconstructions/<method>`, float32 `[images, height, width, channels]` in [0, 1].
 *
 * @throws CortextError `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`
 */
export async function writeImagesHdf5(path: string, arrays: ReconstructionArrays): Promise<void> {
  await hdf5.ready;
  await fillFileAtomic(path, (temporary) => {
    const file = new hdf5.File(temporary, 'w');
    try {
      const images = (name: string, set: ImageSet): void => {
        const shape = [set.count, set.height, set.width, set.channels];
        file.create_dataset({ name, data: set.data, shape, dtype: '<f' });
      };
      images('stimuli', arrays.stimuli);
      file.create_dataset({ name: 'names', data: [...arrays.names] });
      file.create_group('reconstructions');
      for (const [method, set] of Object.entries(arrays.methods)) images(`reconstructions/${method}`, set);
    } finally {
      file.close();
    }
  });
}

/** @throws CortextError `EXPERIMENT_DAMAGED` naming the file and what it lacks */
export async function readImagesHdf5(path: string): Promise<ReconstructionArrays> {
  await hdf5.ready;
  let file: hdf5.File;
  try {
    file = new hdf5.File(path, 'r');
  } catch (error) {
    throw new CortextError('EXPERIMENT_DAMAGED', `${path} cannot be opened.`, {
      hint: 'Resume the experiment: it draws its reconstructions again.',
      cause: error,
    });
  }
  try {
    const group = file.get('reconstructions');
    const names = file.get('names');
    if (!(group instanceof hdf5.Group) || !(names instanceof hdf5.Dataset)) throw lacking(path, 'reconstructions');
    return {
      stimuli: readImages(file, 'stimuli', path),
      names: names.to_array() as string[],
      methods: Object.fromEntries(group.keys().map((method) => [method, readImages(group, method, path)])),
    };
  } finally {
    file.close();
  }
}

function readImages(group: hdf5.Group, name: string, path: string): ImageSet {
  const dataset = group.get(name);
  if (!(dataset instanceof hdf5.Dataset) || dataset.shape?.length !== 4 || !(dataset.value instanceof Float32Array)) {
    throw lacking(path, name);
  }
  const [count, height, width, channels] = dataset.shape;
  return { count, height, width, channels: channels === 1 ? 1 : 3, data: dataset.value };
}

function lacking(path: string, what: string): CortextError {
  return new CortextError('EXPERIMENT_DAMAGED', `${path} has no ${what} of the expected form.`, {
    hint: 'Resume the experiment: it draws its reconstructions again.',
  });
}
