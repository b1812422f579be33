/** Regions that lie ready in a dataset, before anybody says which of them are taken. */
import type { RegionSet } from '../../bids/find-regions.ts';
import type { ScanRegionRecipe } from './scans-recipe.ts';

export interface RegionProposal {
  /** 0 for regions that a lab has defined, then parcellations of everything, then the brain as a whole. */
  readonly rank: 0 | 1 | 2;
  /** `7 masks of derivatives/regions`. */
  readonly title: string;
  readonly regions: Readonly<Record<string, ScanRegionRecipe>>;
  /** File whose grid decides whether the proposal fits the runs without resampling. */
  readonly sample: string;
}

export function regionProposal({ title, masks, atlas, isWholeBrain }: RegionSet): RegionProposal {
  const rank = isWholeBrain ? 1 : 0;
  if (atlas !== null) {
    return { rank, title, regions: { atlas: { atlas: atlas.path, labels: atlas.table } }, sample: atlas.path };
  }
  const byName = Map.groupBy(masks, ({ name }) => name);
  const regions = [...byName].map(([name, files]): [string, ScanRegionRecipe] => [
    name,
    { mask: files.length === 1 ? files[0].path : files.map(({ path }) => path) },
  ]);
  return { rank, title, regions: Object.fromEntries(regions), sample: masks[0].path };
}
