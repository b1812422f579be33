/** Masks and atlases of a subject's regions among the derivatives of a dataset. */
import { applicable } from './inheritance.ts';
import type { BidsFile, BidsFolder } from './bids-folder.ts';

/** One set of regions that belong together: masks, or an atlas with its table of labels. */
export interface RegionSet {
  /** `masks of derivatives/regions`, for messages. */
  readonly title: string;
  readonly space: string;
  readonly masks: readonly { readonly name: string; readonly path: string }[];
  readonly atlas: { readonly path: string; readonly table: string } | null;
  /** Of the whole brain by anatomy, not of the regions that a lab has defined. */
  readonly isWholeBrain: boolean;
}

const volumeEndings = ['.nii.gz', '.nii'];
/** Parcellations that FreeSurfer makes of everybody. */
const wholeBrain = new Set(['aseg', 'aparcaseg', 'ribbon', 'carpet']);

/** @returns masks before atlases, regions of a lab before those of the whole brain */
export function findRegionSets(datasets: readonly BidsFolder[]): RegionSet[] {
  const sets = datasets.flatMap((dataset) => [...maskSets(dataset), ...atlases(dataset)]);
  const rank = ({ isWholeBrain, atlas }: RegionSet): number => (isWholeBrain ? 2 : atlas === null ? 0 : 1);
  return sets.sort((a, b) => rank(a) - rank(b));
}

function isVolume({ suffix, extension }: BidsFile, wanted: string): boolean {
  return suffix === wanted && volumeEndings.includes(extension);
}

/** Masks with a label, gathered by the space and kind that they share. */
function maskSets(dataset: BidsFolder): RegionSet[] {
  const masks = dataset.files.filter((file) => isVolume(file, 'mask') && file.entities.label !== undefined);
  const sets = Map.groupBy(masks, ({ entities }) => [entities.space ?? '', entities.desc ?? '', entities.res ?? ''].join('\n'));
  return [...sets.values()].map((files) => ({
    title: `${files.length} masks of ${titleOf(dataset, files[0])}`,
    space: files[0].entities.space ?? 'native',
    masks: files.map(({ entities, path }) => ({ name: entities.label, path })),
    atlas: null,
    isWholeBrain: false,
  }));
}

function atlases(dataset: BidsFolder): RegionSet[] {
  return dataset.files.flatMap((file): RegionSet[] => {
    if (!isVolume(file, 'dseg')) return [];
    const { desc, atlas, space } = file.entities;
    const tables = applicable(dataset, file, 'dseg', '.tsv');
    const table = tables.findLast(({ entities }) => entities.desc === desc && entities.atlas === atlas);
    // Without a description it is the classification of tissue that fMRIPrep writes.
    if (table === undefined || (desc === undefined && atlas === undefined)) return [];
    return [
      {
        title: `the atlas ${desc ?? atlas} of ${titleOf(dataset, file)}`,
        space: space ?? 'native',
        masks: [],
        atlas: { path: file.path, table: table.path },
        isWholeBrain: desc !== undefined && wholeBrain.has(desc),
      },
    ];
  });
}

function titleOf({ description, root }: BidsFolder, { entities }: BidsFile): string {
  const where = entities.space === undefined ? '' : ` in the space ${entities.space}`;
  return `${description.Name ?? root}${where}`;
}
