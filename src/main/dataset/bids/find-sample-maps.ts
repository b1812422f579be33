/** Volumes whose table says what each of them is: statistical maps, single-trial estimates, an export of Cortext. */
import type { BidsFile, BidsFolder } from './bids-folder.ts';
import { applicable } from './inheritance.ts';

export interface SampleMaps {
  readonly file: BidsFile;
  /** With one row per volume. */
  readonly table: string;
  /** The most general first. */
  readonly sidecars: readonly string[];
  /** Mask of all voxels that have values, where it has the name of the volumes; else null. */
  readonly mask: string | null;
}

const suffixes = new Set(['statmap', 'beta', 'betas', 'betaseries']);
const volumeEndings = ['.nii.gz', '.nii'];

export function findSampleMaps(dataset: BidsFolder): SampleMaps[] {
  return dataset.files.flatMap((file): SampleMaps[] => {
    if (!suffixes.has(file.suffix) || !volumeEndings.includes(file.extension)) return [];
    const table = applicable(dataset, file, file.suffix, '.tsv').at(-1);
    if (table === undefined) return [];
    return [
      {
        file,
        table: table.path,
        sidecars: applicable(dataset, file, file.suffix, '.json').map(({ path }) => path),
        mask: ownMask(dataset, file),
      },
    ];
  });
}

function ownMask(dataset: BidsFolder, { entities }: BidsFile): string | null {
  const name = JSON.stringify(entities);
  const mask = dataset.files.find(
    (file) => file.suffix === 'mask' && volumeEndings.includes(file.extension) && JSON.stringify(file.entities) === name,
  );
  return mask?.path ?? null;
}
