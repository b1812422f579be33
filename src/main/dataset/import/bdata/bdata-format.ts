/** BData files as an import format: of any laboratory, and as Generic Object Decoding and Deep Image Reconstruction ship them. */
import { toCortextError } from '../../../../shared/errors.ts';
import type { NamedArrays } from '../../readers/named-arrays.ts';
import { openArrays } from '../../readers/open-arrays.ts';
import { isImages, recipeOfFiles } from '../guess-recipe.ts';
import type { ImportFormat } from '../import-format.ts';
import { openSources } from '../source-files.ts';
import { bdataLayout } from './bdata-file.ts';
import { readBData } from './read-bdata.ts';

export const bdataFormat: ImportFormat<'bdata'> = {
  name: 'bdata',
  title: 'BData',
  recognise: async (paths, signal) => {
    const files = paths.filter((path) => !isImages(path));
    const found: string[] = [];
    for (const path of files) {
      const reason = await recogniseFile(path, signal);
      if (reason === null) return null;
      found.push(reason);
    }
    return found.length === 0 ? null : { recipe: recipeOfFiles(paths), reason: [...new Set(found)].join('; ') };
  },
  read: async (loaded, options) => {
    const sources = await openSources(loaded, options.signal);
    try {
      return await readBData(loaded, sources, options);
    } finally {
      sources.close();
    }
  },
};

/** What speaks for BData; null when nothing does. */
async function recogniseFile(path: string, signal: AbortSignal | undefined): Promise<string | null> {
  let arrays: NamedArrays;
  try {
    arrays = await openArrays(path, signal === undefined ? {} : { signal });
  } catch (error) {
    // What is wrong with the file is said when it is read.
    if (toCortextError(error).code === 'CANCELLED') throw error;
    return null;
  }
  try {
    const layout = bdataLayout(arrays);
    if (layout === null) return null;
    const keys = new Set(await arrays.readText(`${layout.metadata}key`));
    const parts = `it has ${layout.dataset} and ${layout.metadata}key`;
    return `${parts}${published(keys)}`;
  } catch (error) {
    if (toCortextError(error).code === 'CANCELLED') throw error;
    return null;
  } finally {
    arrays.close();
  }
}

function published(keys: ReadonlySet<string>): string {
  if (keys.has('DataType') && keys.has('stimulus_id')) return ', with the keys of Generic Object Decoding';
  return keys.has('stimulus_name') ? ', with the keys of Deep Image Reconstruction' : '';
}
