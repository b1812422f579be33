/** Single-trial responses of the Natural Scenes Dataset as an import format. */
import { toCortextError } from '../../../../shared/errors.ts';
import { openArrays } from '../../readers/open-arrays.ts';
import { openVolume } from '../../volumes/open-volume.ts';
import { recipeOfFiles } from '../guess-recipe.ts';
import type { ImportFormat } from '../import-format.ts';
import { openSources } from '../source-files.ts';
import { readNsd } from './read-nsd.ts';

export const nsdFormat: ImportFormat<'nsd'> = {
  name: 'nsd',
  title: 'NSD single-trial responses',
  recognise: async (paths, signal) => {
    const files = paths.filter((path) => !isVolume(path));
    const volumes = paths.filter((path) => !files.includes(path));
    let found: string | null = null;
    for (const path of files) found ??= await findBetas(path, signal);
    if (found === null) return null;
    const { file, ...recipe } = recipeOfFiles(files);
    const regions = Object.fromEntries(volumes.map((volume) => [volumeName(volume), { volume }]));
    return {
      recipe: {
        ...recipe,
        ...(file !== undefined && { files: { betas: file } }),
        ...(volumes.length > 0 && { regions }),
      },
      reason: found,
    };
  },
  read: async (loaded, options) => {
    const sources = await openSources(loaded, options.signal);
    try {
      return await readNsd(loaded, sources, options);
    } finally {
      sources.close();
    }
  },
};

function isVolume(path: string): boolean {
  try {
    openVolume(path);
    return true;
  } catch {
    return false;
  }
}

function volumeName(path: string): string {
  return path.replace(/^.*[\\/]/, '').replace(/\.nii(\.gz)?$/i, '');
}

/** What speaks for a file of responses; null when nothing does. */
async function findBetas(path: string, signal: AbortSignal | undefined): Promise<string | null> {
  try {
    const arrays = await openArrays(path, signal === undefined ? {} : { signal });
    const betas = arrays.list().find(({ name, shape }) => name === 'betas' && shape.length === 4);
    const isHdf5 = arrays.format === 'hdf5';
    arrays.close();
    return betas === undefined || !isHdf5 ? null : `it has /betas of ${betas.shape[0]} trials on a grid of voxels`;
  } catch (error) {
    // What is wrong with the file is said when it is read.
    if (toCortextError(error).code === 'CANCELLED') throw error;
    return null;
  }
}
